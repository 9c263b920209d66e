import { queryList, queryOne } from '../shared/connection.ts';
import { analyserList } from './analyser.type.ts';
import { analysisIndicatorList, analysisList } from './analysis.type.ts';

queryOne('analyser', 'Analyser', 'An analyser by its id.');
queryList('analysers', analyserList, 'The analysers of the organization.');
queryOne('analysis', 'Analysis', 'An analysis by its id.');
queryList('analyses', analysisList, 'What all analysers looked at.');
queryOne('analysisIndicator', 'AnalysisIndicator', 'What an analyser says of a layer, by its id.');
queryList('analysisIndicators', analysisIndicatorList, 'What all analyses say of layers.');
