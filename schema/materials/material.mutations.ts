import { materialCommands } from '../../src/materials/material.service.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(materialCommands);
