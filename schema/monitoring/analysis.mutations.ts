import { analyserCommands, reportAnalyser } from '../../src/monitoring/analyser.service.ts';
import { mostIndicators, reportIndicators } from '../../src/monitoring/analysis.indicators.service.ts';
import { reportAnalysis } from '../../src/monitoring/analysis.service.ts';
import { many, mutation, one } from '../shared/mutation.ts';
import { plainMutations } from '../shared/plain.ts';

const applied = {
  scalar: 'Boolean',
  from: 'applied',
  description: 'False where something newer was known already: nothing was changed.',
} as const;

plainMutations(analyserCommands);
mutation(reportAnalyser, { analyser: one('Analyser', 'analyserId'), applied });
mutation(reportAnalysis, {
  analysis: one('Analysis', 'analysisId'),
  created: {
    scalar: 'Boolean',
    from: 'created',
    description: 'False where this analysis was reported before.',
  },
  applied,
});
mutation(reportIndicators, {
  analysis: one('Analysis', 'analysisId'),
  indicators: many(
    'AnalysisIndicator',
    'indicatorIds',
    `What is known of each of these layers now, at most ${mostIndicators}.`,
  ),
  storedAnomalies: {
    scalar: 'Int',
    from: 'storedAnomalies',
    description: 'How many finds were not known before.',
  },
});
