"""Carry events between services.

subjects      names of streams and subjects
source        what is asked of the store: Row, Source
operator      Accounts: whom the broker knows, kept here, told to it while it runs
keeper        keep_told: again after every change and outage
tokens, keys, rights, issuing
              what a token is, whose there are, what each may, when it is signed anew
accounts      Credentials: what one user connects with
reaching      where a user of ours finds them
config, node  what a server is started with, embedded or elsewhere
folder, binary, process, tether, child
              files and process of the embedded broker
server        EmbeddedServer: the broker as a child of ours
connect       one connection, and work that outlives it: with_connection, keep_working
jetstream     the JetStream API with types
streams       make LEDGER and the feeds as they must be
pipe          PublishPipe: many messages in flight, each answered for
ledger_stream how an event stands in LEDGER, and where LEDGER ends
live_tail     what is published to LEDGER from now on
follower      Follower: every event in position order, with or without a broker
"""
