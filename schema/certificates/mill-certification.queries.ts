import { queryList, queryOne } from '../shared/connection.ts';
import { heatList, materialLotHeatList } from './heat.type.ts';
import { materialTestCertificateList, millCertificationList } from './mill-certification.type.ts';

queryOne('millCertification', 'MillCertification', 'A mill certification by its id.');
queryList(
  'millCertifications',
  millCertificationList,
  'The mill certifications, newest first; trials only if asked for.',
);
queryOne('heat', 'Heat', 'A heat by its id.');
queryList('heats', heatList, 'The heats of all mill certifications, newest first.');
queryOne('heatElement', 'HeatElement', 'The content of one element in a heat by its id.');
queryOne('mechanicalProperty', 'MechanicalProperty', 'A mechanical property by its id.');
queryOne('millCertificationPage', 'MillCertificationPage', 'A page of a mill certification by its id.');
queryOne('materialLotHeat', 'MaterialLotHeat', 'A link of a lot to a heat by its id.');
queryList('materialLotHeats', materialLotHeatList, 'The links of lots to heats, newest first.');
queryOne('materialTestCertificate', 'MaterialTestCertificate', 'A material test certificate by its id.');
queryList(
  'materialTestCertificates',
  materialTestCertificateList,
  'The material test certificates, newest first.',
);
queryOne('branding', 'Branding', "How the organization's documents look, by its id.");
