import { setMaterialBlendPartners } from '../../src/materials/blend-partners.service.ts';
import { cloneMaterial, createMaterialFromTemplate } from '../../src/materials/clone.service.ts';
import { materialCommands } from '../../src/materials/material.service.ts';
import { mutation, one } from '../shared/mutation.ts';
import { plainMutations } from '../shared/plain.ts';

plainMutations(materialCommands);
mutation(createMaterialFromTemplate, { material: one('Material', 'id') });
mutation(cloneMaterial, { material: one('Material', 'id', 'The new Material.') });
mutation(setMaterialBlendPartners, { material: one('Material', 'id') });
