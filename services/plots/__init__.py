"""Pictures of cases, from what one viewer sees: timeline, concession curve, dotted chart.

dots        what is drawn of an entry: when, by whom, of which part of the procedure
terms       numeric terms as they moved from proposal to proposal
canvas      the paper, and how it becomes a file that is the same each time
timeline, concession, dotted
            the three pictures
choosing    which picture of what
"""
