"""What is measured, beside the peers, as ratios.

measuring            a line of the table, medians, many callers at once
machine              what it was measured on
children             the command line as a process of its own
houses               ledgers with decided cases, and bulk copies of one
peer                 the bare library
commands_bench       durable commands
replay_bench         folding again from the record
projection_bench     building views anew
relay_bench          carrying events to the broker
feed_bench           from a command's answer to the subscriber
memory_bench         what does not grow with the ledger
daily_bench          the command line, one process a command
import_bench         a whole sample of real records
"""
