"""What the counts of the register go by, held in memory: for each value of each facet one bit a workflow.

A hundred thousand workflows are some kilobytes for each value; combining filters and counting is then a matter of
microseconds. The database stays the only truth: before every count it says what has changed since the last look.
"""
