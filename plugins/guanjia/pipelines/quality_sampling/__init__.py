"""Quality checks (QC-01 to 06): the frame, the draw, reviewers, scores, appeals, results and ranking."""
