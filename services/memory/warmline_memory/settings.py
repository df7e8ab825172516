"""Settings: one frozen object, read from the environment variables ``WARMLINE_*``."""

import os
import re
from email.utils import parseaddr
from enum import StrEnum
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Self

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")
"""What browsers send as `Origin`. `*` is none: with a key at hand, every page of the web would be let in."""


class EmbeddingEngine(StrEnum):
    """What computes embeddings."""

    ONNX = "onnx"
    SENTENCE_TRANSFORMERS = "sentence-transformers"


class MailSecurity(StrEnum):
    """How a connection to the mail server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Settings(BaseSettings):
    """Everything that can be set from outside. ``WARMLINE_DATABASE_URL`` sets ``database_url``, and so on."""

    model_config = SettingsConfigDict(env_prefix="WARMLINE_", frozen=True, extra="ignore")

    database_url: str = ""
    """PostgreSQL with pgvector, as `postgresql://user:password@host:port/database`. Empty: the local stack's own."""
    migration_database_url: str = ""
    """The URL by which migrations connect, as the owner of the database. Empty: `database_url`."""
    replica_database_url: str = ""
    """A streaming replica of that database, in the same form, with the same login: recall, lists of memories, analytics
    and exports are read there, as long as it holds all that was committed. Empty: none."""
    replica_wait_ms: int = Field(default=50, ge=0, le=1_000)
    """How long such a read waits for the replica to hold what was committed when it began, in milliseconds; the
    database itself answers it then."""
    redis_url: str = ""
    """Redis, as `redis://host:port/0` or `redis+socket:///path`. Empty: the local stack's own."""
    broker_url: str = ""
    """What carries nudges to the worker, if not Redis: RabbitMQ, as `amqp://user:password@host:5672/vhost`. Empty:
    `redis_url`."""
    broker_prefix: str = Field(default="warmline", pattern=r"^[A-Za-z0-9_.-]{1,64}$")
    """The name of the worker's queue at the broker, and the beginning of every key and channel in Redis. Platforms that
    share a broker need different ones."""
    start_seconds: float = Field(default=30.0, ge=0)
    """How long an API process or a worker that starts waits for a database that does not answer yet, in seconds."""
    home: Path = Field(default_factory=lambda: user_data_path("warmline"))
    """Where the local stack keeps its data and logs."""
    model_dir: Path = Field(default_factory=lambda: user_cache_path("warmline") / "models")
    """Where exported embedding models are kept."""
    host: str = "127.0.0.1"
    """The address the local stack's API listens on."""
    port: int = 8420
    """The port the local stack's API listens on."""

    embedding_engine: EmbeddingEngine = EmbeddingEngine.ONNX
    """What computes embeddings: `onnx` or `sentence-transformers`."""
    embedding_model: str = "all-MiniLM-L6-v2"
    """The model: `all-MiniLM-L6-v2`, which comes with the platform, a folder, or a name on the Hugging Face hub."""
    embedding_device: str = "cpu"
    """Where `sentence-transformers` computes: `cpu`, `cuda`, `mps`."""
    embedding_query_prompt: str | None = None
    """What is put before a query that is embedded. Unset, it is what the model's own configuration says."""
    embedding_text_prompt: str | None = None
    """What is put before a text that is stored, such as `passage: `. Unset, it is what the model's own configuration
    says."""
    embedding_threads: int = 2
    """Threads that compute the embeddings of one call."""

    resident_megabytes: float = 256.0
    """How many megabytes of cached namespaces an API process holds; 0 for none."""

    database_pool: int = 8
    """Database connections of one process at most."""
    database_connect_seconds: int = Field(default=5, ge=2)
    """How long a connection to the database may take, and its first answer, in whole seconds."""
    database_prepare: bool = True
    """Whether statements are prepared. `false` behind PgBouncer in transaction mode."""
    lock_timeout_ms: int = 5_000
    """How long a statement waits for a lock, in milliseconds."""
    statement_timeout_ms: int = 15_000
    """How long a statement may run, in milliseconds."""
    max_body_bytes: int = 16_000_000
    """The largest request body, in bytes."""
    max_header_bytes: int = Field(default=32_768, ge=1_024)
    """The largest request line with its headers, in bytes."""
    header_seconds: float = Field(default=10.0, gt=0)
    """How long a client may take to send a request line with its headers, in seconds; also to begin one."""
    body_seconds: float = Field(default=30.0, gt=0)
    """How long a client may take to send a body, in seconds; for an import, each piece of it."""
    write_seconds: float = Field(default=30.0, gt=0)
    """How long a client may take nothing of an answer, in seconds; it is then cut off."""
    unfinished_bytes: int = Field(default=128_000_000, gt=0)
    """How many bytes of bodies that are still being sent an API process holds, and one tenant half of; at least two
    bodies."""
    connections: int = Field(default=4_000, gt=0)
    """Connections of one API process at most."""
    connections_per_address: int = Field(default=1_000, gt=0)
    """Connections from one address to one API process at most; trusted proxies have no such limit."""
    trusted_proxies: str = ""
    """Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed, as `10.0.0.0/8,127.0.0.1`. Empty: none."""
    allowed_hosts: str = ""
    """The names by which the API and the console may be called, as `warmline.example,*.internal.example`. Empty: all.
    Health and metrics answer to every name."""
    console_frame_origins: str = ""
    """The pages that may show the console in a frame, as origins separated by commas: `https://desk.example`. Empty:
    none."""
    requests_at_once: int = Field(default=24, ge=2)
    """How many requests one API process works on at once. The others wait in line."""
    line_seconds: float = Field(default=1.0, gt=0)
    """How long a request may have to wait in line, in seconds; whoever would wait longer is refused at once."""
    requests_per_key: int = Field(default=6_000, ge=0)
    """Requests of one API key a minute; 0 for no limit. A tenant may have a limit of its own."""
    requests_per_tenant: int = Field(default=30_000, ge=0)
    """Requests of one tenant a minute; 0 for no limit. A tenant may have a limit of its own."""
    requests_per_address: int = Field(default=30_000, ge=0)
    """Requests from one address a minute, and from one /64 network of IPv6; 0 for no limit."""
    new_keys_per_address: int = Field(default=600, ge=0)
    """Keys that a process has not seen in the last minute, valid or not, from one address a minute; 0 for no limit."""
    quota_memories: int = Field(default=0, ge=0)
    """Memories that one tenant may hold; 0 for no limit. A tenant may have a limit of its own."""
    quota_handoffs: int = Field(default=0, ge=0)
    """Handoffs that one tenant may request in 24 hours; 0 for no limit. A tenant may have a limit of its own."""
    quota_sessions: int = Field(default=0, ge=0)
    """Sessions that one tenant may start in 24 hours, beside those of handoffs; 0 for no limit. A tenant may have a
    limit of its own."""
    quota_attachment_bytes: int = Field(default=0, ge=0)
    """Bytes of attachments that one tenant may hold; 0 for no limit. A tenant may have a limit of its own."""
    attachment_bytes: int = Field(default=10_000_000, gt=0, le=100_000_000)
    """The largest attachment, in bytes. What a form of the console brings together may be twice that."""
    attachment_types: str = (
        "image/png,image/jpeg,image/gif,image/webp,image/heic,image/avif,audio/*,video/*,application/pdf,text/plain,"
        "text/markdown,text/csv,text/calendar,text/vcard,application/json,"
        "application/vnd.openxmlformats-officedocument.*,application/vnd.oasis.opendocument.*"
    )
    """The types of attachments that are taken, as their bytes say, separated by commas; `*` stands for anything."""
    attachment_seconds: float = Field(default=120.0, gt=0)
    """How long a client may take to send an attachment, in seconds."""
    attachment_scanner: str = ""
    """What is asked of each attachment before anybody can load it: a URL, or a command that reads the file from its
    standard input. Empty: nothing is."""
    attachment_scanner_seconds: float = Field(default=30.0, gt=0, le=100)
    """How long the scanner may take for one attachment, in seconds; it is then asked again later."""
    streams: int = Field(default=2_000, gt=0)
    """Event streams of one API process at most."""
    streams_per_tenant: int = Field(default=1_000, gt=0)
    """Event streams of one tenant in one API process at most."""
    transfers: int = Field(default=4, gt=0)
    """Exports and imports in one API process at once at most."""
    transfers_per_tenant: int = Field(default=2, gt=0)
    """Exports and imports of one tenant in one API process at once at most."""
    cors_origins: str = ""
    """Origins whose pages may call the API with a key of theirs, as `https://app.example,https://help.example`. Empty:
    none."""
    dakera_routes: bool = False
    """Whether the routes of Dakera's API are served too, under `/dakera`, for programs that were written for it."""
    idempotency_hours: int = 24
    """How long an Idempotency-Key is remembered, in hours."""

    worker_threads: int = 4
    """How many briefs one worker writes at once, each with a process of its own for the texts."""
    worker_tenant_threads: int = Field(default=3, ge=1)
    """How many of them one tenant has at most. Where there are several, one is always left for others."""
    worker_drain_seconds: float = Field(default=8.0, ge=0)
    """How long a worker that is stopped goes on with its briefs, in seconds. Then another one writes them."""
    sweep_seconds: float = 5.0
    """How often each job of the sweep runs, in seconds."""
    sweep_job_seconds: float = Field(default=10.0, gt=0)
    """How long one job of the sweep may take at a time, in seconds; the rest is done the next time."""
    wake_seconds: float = Field(default=1.0, gt=0)
    """How often the worker looks for handoffs whose leases, offers, promises or levels have run out, in seconds."""
    brief_lease_seconds: float = 30.0
    """After how long another attempt at a brief may begin, in seconds. An attempt that takes nine tenths of it is
    killed."""
    brief_max_attempts: int = 5
    """How many attempts at a brief are made before the handoff is parked as failed."""
    brief_backoff_seconds: float = 1.0
    """The wait before the second attempt, in seconds; it doubles with each further one, up to a minute."""
    consolidate_minutes: float = 60.0
    """How often the worker consolidates near-duplicates for the tenants that prefer it, in minutes; 0 for never."""
    brief_words: int = 220
    """A brief's length at most, in words."""

    event_days: int = Field(default=90, ge=1)
    """How long events are kept, in days."""
    webhook_threads: int = Field(default=16, ge=1)
    """How many webhooks one worker sends at once, beside its briefs."""
    webhook_timeout_seconds: float = Field(default=15.0, gt=0, le=50)
    """How long a webhook may take to answer, in seconds."""
    webhook_max_attempts: int = Field(default=12, ge=1)
    """How many attempts are made at a webhook's delivery; the default's waits take about a day together."""
    webhook_backoff_seconds: float = 5.0
    """The wait before a delivery's second attempt, in seconds; it triples with each further one, up to six hours."""
    webhook_disable_days: int = 5
    """A webhook is disabled after this many days in which every attempt failed."""
    webhook_allow_private: str = ""
    """Private networks that webhooks may be sent to, also without TLS, as `10.0.0.0/8,127.0.0.1`. Empty: none."""

    public_url: str = Field(default="", pattern=r"^(https?://[^\s?#]+)?$")
    """Where people reach the platform, as `https://warmline.example`: e-mails link to the console there. Empty:
    `http://HOST:PORT`."""
    smtp_host: str = ""
    """The mail server that sends e-mails to operators. Empty: none are sent."""
    smtp_port: int = Field(default=587, ge=1, le=65_535)
    """The mail server's port."""
    smtp_security: MailSecurity = MailSecurity.STARTTLS
    """How the connection is encrypted: `starttls`; `tls`, from the beginning, mostly at port 465; or `none`."""
    smtp_user: str = ""
    """The user as whom to sign in at the mail server. Empty: without signing in."""
    smtp_password: SecretStr = SecretStr("")
    """The password of that user. It is never logged."""
    smtp_from: str = ""
    """From whom the e-mails are, as `Warmline <warmline@acme.example>`."""
    smtp_timeout_seconds: float = Field(default=10.0, gt=0, le=60)
    """How long the mail server may take for each answer, in seconds."""

    provider_allow_private: str = ""
    """Private networks in which OpenID providers may be, also without TLS, as `10.0.0.0/8,127.0.0.1`. Empty: none."""

    llm_url: str = ""
    """An OpenAI-compatible endpoint that may help to write briefs, as `https://host/v1`. Empty: none."""
    llm_api_key: SecretStr = SecretStr("")
    """The key that the endpoint asks for. It is never logged."""
    llm_model: str = ""
    """The model's name, as the endpoint knows it."""
    llm_timeout_seconds: float = 20.0
    """How long one call may take with all its retries, in seconds; at most four fifths of a brief's lease."""
    llm_retries: int = 2
    """How often a call is sent again after a failure that may pass, such as a time-out."""
    llm_price_input: float | None = None
    """The price of a million tokens read, in any currency. Empty: costs are not shown."""
    llm_price_output: float | None = None
    """The price of a million tokens written, in the same currency."""

    log_level: str = "INFO"
    """How much the API and the worker log: `DEBUG` (with a line for each request), `INFO`, `WARNING`, `ERROR`."""
    security_log: str = ""
    """A file for the security log, one JSON object a line. Empty: stderr."""

    encryption_keys: SecretStr = SecretStr("")
    """Keys that encrypt webhooks' secrets and recorded answers in the database, separated by commas: the first one
    seals, all of them open. `warmline sealing new-key` makes one. Empty: they are stored as they are."""
    seal_content: bool = False
    """Whether what people said is encrypted in the database, with a key of each tenant's own, which
    `WARMLINE_ENCRYPTION_KEYS` seals. What is there already is sealed by `warmline sealing contents`."""
    metrics_token: SecretStr = SecretStr("")
    """The token that Prometheus sends for `/metrics` of the API. Empty: it is shown on this machine alone."""
    worker_metrics_host: str = "127.0.0.1"
    """The address at which a worker shows its metrics."""
    worker_metrics_port: int = 0
    """The port at which a worker shows its metrics, at `/metrics`; 0 for none."""
    traces_url: str = ""
    """Where spans are sent by OTLP over HTTP, as `http://collector:4318/v1/traces`; it needs the extra `telemetry`.
    Empty: nothing is traced."""
    log_json: bool = False
    """Whether the API and the worker log JSON, one object a line."""

    @field_validator("cors_origins", "console_frame_origins")
    @classmethod
    def _names_origins(cls, written: str) -> str:
        for origin in filter(None, map(str.strip, written.split(","))):
            if not ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin; write it as https://app.example, without a path")
        return written

    @field_validator("webhook_allow_private", "provider_allow_private", "trusted_proxies")
    @classmethod
    def _names_networks(cls, written: str) -> str:
        for network in filter(None, map(str.strip, written.split(","))):
            ip_network(network)
        return written

    @model_validator(mode="after")
    def _can_mail(self) -> Self:
        if self.smtp_host and "@" not in parseaddr(self.smtp_from)[1]:
            raise ValueError("WARMLINE_SMTP_HOST is set: set WARMLINE_SMTP_FROM to an address, too")
        if self.smtp_user and self.smtp_security is MailSecurity.NONE:
            raise ValueError("WARMLINE_SMTP_PASSWORD would be sent in the clear: set WARMLINE_SMTP_SECURITY")
        return self

    @property
    def address(self) -> str:
        """Where people reach the platform."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"


# One object for the life of the process; it holds what the operator of the platform has set, and nothing of a customer.
@cache
def load_settings() -> Settings:
    """Read the environment, and the files of the folder ``WARMLINE_SECRETS_DIR`` where it is set, once per process.

    A file is named like its variable in small letters, such as ``warmline_database_url``; the variable goes first.
    """
    return Settings(_secrets_dir=os.environ.get("WARMLINE_SECRETS_DIR"))  # type: ignore[call-arg]
