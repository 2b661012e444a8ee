"""Count what the services of this process do."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY: Final = CollectorRegistry()
BATCHES: Final = Histogram(
    "goodoffices_commit_batch_commands",
    "Commands recorded in one transaction",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
    registry=REGISTRY,
)
GAPS: Final = Counter(
    "goodoffices_gaps",
    "Times a follower of LEDGER read the store, since the stream brought nothing or not the next",
    ["service"],
    registry=REGISTRY,
)
HEAD: Final = Gauge("goodoffices_head_position", "Position of the last event", registry=REGISTRY)
LAG_EVENTS: Final = Gauge(
    "goodoffices_lag_events", "Events a service is behind", ["service"], registry=REGISTRY
)
LAG_SECONDS: Final = Gauge(
    "goodoffices_lag_seconds",
    "Seconds since the oldest event that a service has not handled was seen",
    ["service"],
    registry=REGISTRY,
)
RUNS: Final = Gauge(
    "goodoffices_service_runs", "1 while a service does its work", ["service"], registry=REGISTRY
)
PARKED: Final = Gauge(
    "goodoffices_parked", "Events or cases set aside", ["where"], registry=REGISTRY
)
UNACKNOWLEDGED: Final = Gauge(
    "goodoffices_feed_unacknowledged",
    "Messages a subscriber has still to take and acknowledge",
    ["feed"],
    registry=REGISTRY,
)
OLDEST_UNACKNOWLEDGED: Final = Gauge(
    "goodoffices_feed_oldest_unacknowledged_seconds",
    "Age of the oldest message a subscriber has not acknowledged",
    ["feed"],
    registry=REGISTRY,
)
COSIGNED: Final = Gauge(
    "goodoffices_witness_last_cosigned_timestamp_seconds",
    "When a witness last cosigned a checkpoint, seconds since 1970, 0 for never",
    ["witness"],
    registry=REGISTRY,
)
NOT_COSIGNED: Final = Counter(
    "goodoffices_witness_failures",
    "Times a witness was asked by this process and did not cosign",
    ["witness"],
    registry=REGISTRY,
)
HTTP_REQUESTS: Final = Counter(
    "goodoffices_http_requests",
    "Requests answered over HTTP",
    ["method", "route", "status"],
    registry=REGISTRY,
)
HTTP_SECONDS: Final = Histogram(
    "goodoffices_http_seconds",
    "Seconds from the head of a request to the end of its answer",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
HTTP_BYTES: Final = Counter(
    "goodoffices_http_bytes", "Bytes of bodies over HTTP", ["way"], registry=REGISTRY
)
HTTP_OPEN: Final = Gauge(
    "goodoffices_http_open", "Requests not answered to the end", registry=REGISTRY
)
SESSIONS: Final = Gauge(
    "goodoffices_http_sessions", "Sessions that are not over", registry=REGISTRY
)
SIGN_INS_REFUSED: Final = Counter(
    "goodoffices_http_sign_ins_refused",
    "Attempts to come in that were refused",
    ["why"],
    registry=REGISTRY,
)
