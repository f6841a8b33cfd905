"""Self-evaluation scores: a pure function of inputs and ruleset, in exact decimals."""

from plumbline.kernel.plans.scoring.engine import score
from plumbline.kernel.plans.scoring.inputs import (
    EvaluationInputs,
    EvaluationResult,
    ExecutionInput,
    FundExecution,
    IndicatorInput,
    Override,
    RowResult,
    TierChoice,
)
from plumbline.kernel.plans.scoring.weights import (
    Proposal,
    WeightRow,
    fitting,
    propose_weights,
    weights_problem,
)

__all__ = [
    "EvaluationInputs",
    "EvaluationResult",
    "ExecutionInput",
    "FundExecution",
    "IndicatorInput",
    "Override",
    "Proposal",
    "RowResult",
    "TierChoice",
    "WeightRow",
    "fitting",
    "propose_weights",
    "score",
    "weights_problem",
]
