"""Say how the record lies in a PostgreSQL database, and how a row gets into it.

Positions are given inside `record_events`, under the lock of the record, from a table that keeps
the last one given: who holds the lock commits before the next one is given any, so readers see
positions rise in the order of the commits, and none is ever given twice. That table only grows at
its end, and its past is removed now and then: a single row written again with every commit would
slow down for as long as somebody keeps an old snapshot, a backup for one.
"""

from typing import Final

from ledger.postgres import lock_key
from ledger.store.datastore import LEDGER_FILE

CHANNEL: Final = "gol_recorded"
RECORD: Final = LEDGER_FILE._replace(tables=frozenset({"stored_events", "positions_given"}))
RECORD_EVENTS: Final = (
    "SELECT record_events(?::uuid[], ?::bigint[], ?::text[], ?::bytea[], ?::text[])"
)
ENDS: Final = (
    "SELECT COALESCE((SELECT MAX(last) FROM positions_given), 0),"
    " COALESCE((SELECT MAX(position) FROM stored_events), 0)"
)
SCHEMA: Final = (
    """CREATE TABLE stored_events (
        position bigint PRIMARY KEY,
        originator_id uuid NOT NULL,
        originator_version bigint NOT NULL,
        topic text NOT NULL,
        state bytea NOT NULL,
        case_number text COLLATE "C",
        UNIQUE (originator_id, originator_version))""",
    # Sealed bytes cannot be compressed, so nobody tries.
    "ALTER TABLE stored_events ALTER COLUMN state SET STORAGE EXTERNAL",
    """CREATE UNIQUE INDEX stored_events_case_number
        ON stored_events (case_number) WHERE case_number IS NOT NULL""",
    """CREATE INDEX stored_events_case_number_in_order
        ON stored_events (length(case_number), case_number) WHERE case_number IS NOT NULL""",
    "CREATE TABLE positions_given (last bigint PRIMARY KEY)",
    f"""CREATE FUNCTION record_events(
            cases uuid[], versions bigint[], topics text[], states bytea[], numbers text[])
        RETURNS bigint LANGUAGE plpgsql SET search_path FROM CURRENT AS $body$
        DECLARE
            before bigint;
            after bigint;
        BEGIN
            PERFORM pg_advisory_xact_lock({lock_key(RECORD.namespace)});
            -- A statement begun behind the lock sees what its last holder committed.
            SELECT COALESCE(MAX(last), 0) INTO before FROM positions_given;
            after := before + cardinality(cases);
            INSERT INTO stored_events
                (position, originator_id, originator_version, topic, state, case_number)
                SELECT before + n, one, version, topic, state, number
                FROM unnest(cases, versions, topics, states, numbers)
                    WITH ORDINALITY AS new (one, version, topic, state, number, n);
            INSERT INTO positions_given VALUES (after);
            IF after / 1024 > before / 1024 THEN
                DELETE FROM positions_given WHERE last < before;
            END IF;
            PERFORM pg_notify('{CHANNEL}', '');
            RETURN after;
        END $body$""",  # noqa: S608 - put together from constants
)
