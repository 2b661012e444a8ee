"""What is measured, beside the peers, as ratios.

measuring            a line of the table, medians, many callers at once
machine              what it was measured on
children             the command line as a process of its own
houses               ledgers with decided cases, and bulk copies of one
peer                 the bare library
commands_bench       durable commands
postgres_bench       the same on PostgreSQL
desks_bench          two desk processes on one PostgreSQL
beside_bench         commands while services carry what is recorded
growth_bench         commands as cases and ledger grow
replay_bench         folding again from the record
projection_bench     building views anew
relay_bench          carrying events to the broker
feed_bench           from a command's answer to the subscriber
http_bench           the API and the pages, beside the bare framework
seal_bench           what sealing costs
verify_bench         the stand-alone verifier
memory_bench         what does not grow with the ledger
sized                ledgers of several sizes, for what does not grow
daily_bench          the command line, one process a command
import_bench         a whole sample of real records
sizing_bench         what an event costs on PostgreSQL and the broker
"""
