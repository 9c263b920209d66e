import { setBranding } from '../../src/certificates/branding.service.ts';
import { linkMaterialLotHeats, unlinkMaterialLotHeat } from '../../src/certificates/heat.service.ts';
import { createMaterialTestCertificate } from '../../src/certificates/material-test-certificate.service.ts';
import { reviewMillCertification } from '../../src/certificates/mill-certification.review.service.ts';
import {
  createMillCertification,
  importMillCertification,
  retryMillCertification,
  updateMillCertification,
  uploadMillCertification,
} from '../../src/certificates/mill-certification.service.ts';
import { mutation, one } from '../shared/mutation.ts';

const certification = { millCertification: one('MillCertification', 'millCertificationId') } as const;

mutation(uploadMillCertification, certification);
mutation(createMillCertification, certification);
mutation(importMillCertification, certification);
mutation(updateMillCertification, certification);
mutation(reviewMillCertification, certification);
mutation(retryMillCertification, certification);
mutation(linkMaterialLotHeats, { materialLot: one('MaterialLot', 'lotId') });
mutation(unlinkMaterialLotHeat, { materialLot: one('MaterialLot', 'lotId') });
mutation(createMaterialTestCertificate, { materialTestCertificate: one('MaterialTestCertificate', 'id') });
mutation(setBranding, { branding: one('Branding', 'id') });
