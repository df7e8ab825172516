"""Second factors: one-time codes of an app on somebody's phone (TOTP, RFC 6238), and recovery codes in their place.

A factor counts from when its operator has shown with a first code that they have it. Its secret is needed to check
codes, so it is stored sealed (``storage.sealing``); of recovery codes, which are random and long, a hash is enough.
"""

import base64
import hmac
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import delete, func, select, update

from warmline_memory import tenancy
from warmline_memory.errors import Unauthenticated, WrongCode
from warmline_memory.operators import operators
from warmline_memory.storage import tables
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.operators import OperatorRole

ISSUER = "Warmline"
SECRET_BYTES, DIGITS, STEP_SECONDS = 20, 6, 30
"""What every app for such codes understands: 160 bits, SHA-1, six digits, half a minute."""
STEPS_AROUND = (0, -1, 1)
"""The step now, and one on either side: a phone's clock may differ, and typing takes a while."""
RECOVERY_CODES, RECOVERY_BYTES = 10, 10


@dataclass(frozen=True)
class Enrolment:
    """A factor that somebody is about to take: the secret as people type it, and the address that a QR code shows."""

    secret: str
    uri: str


@dataclass(frozen=True)
class FactorState:
    """Since when an operator has a factor, and how many recovery codes are left."""

    confirmed_at: datetime
    recovery_codes: int


def enrolment(db: Transaction, operator_id: UUID, login_id: UUID, account: str) -> Enrolment:
    """The factor that an operator may take in a login, which is shown the same one until then. ``account`` is what the
    app shows, their sign-in name. Raises ``Unauthenticated`` where a factor counts already: its secret is shown to
    nobody."""
    row = _find(db, operator_id)
    if row is None:
        seed = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
        row = tables.SecondFactor(operator_id=operator_id, secret=db.sealer.seal(seed))
        db.add(row)
        db.flush()
    if row.confirmed_at is not None:
        raise Unauthenticated
    secret = _offered(db, row, login_id)
    return Enrolment(secret, _totp(secret).get_provisioning_uri(account, ISSUER))


def confirm(db: Transaction, operator_id: UUID, login_id: UUID, code: str) -> list[str]:
    """Let the factor that a login was shown count from now on, as its operator gave a code of it. The answer are its
    recovery codes, which are shown this once. Raises ``WrongCode``, also where a factor counts already."""
    row = _find(db, operator_id)
    if row is None or row.confirmed_at is not None:
        raise WrongCode
    secret = _offered(db, row, login_id)
    if not _take(db, row, secret, code):
        raise WrongCode
    row.secret, row.confirmed_at = db.sealer.seal(secret), func.now()
    codes = [base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)]
    db.add_all(tables.RecoveryCode(operator_id=operator_id, code_hash=_hash(one)) for one in codes)
    db.flush()
    tenancy.record_audit(db, "confirm-second-factor", None, {"operator_id": str(operator_id)})
    return codes


def check(db: Transaction, operator_id: UUID, code: str) -> str:
    """Take a code of an operator's factor, or a recovery code, each once. The answer says which it was, in a word.
    Raises ``WrongCode``."""
    row = _find(db, operator_id)
    if row is not None and row.confirmed_at is not None and _take(db, row, db.sealer.open(row.secret), code):
        return "code"
    used = delete(tables.RecoveryCode).where(
        tables.RecoveryCode.operator_id == operator_id, tables.RecoveryCode.code_hash == _hash(code)
    )
    if db.scalar(used.returning(tables.RecoveryCode.operator_id)) is None:
        raise WrongCode
    return "recovery-code"


def state(db: Transaction, operator_id: UUID) -> FactorState | None:
    """An operator's factor, where they have one that counts."""
    row = _find(db, operator_id)
    if row is None or row.confirmed_at is None:
        return None
    codes = select(func.count()).where(tables.RecoveryCode.operator_id == operator_id)
    return FactorState(row.confirmed_at, db.scalar(codes) or 0)


def is_required(db: Transaction, role: OperatorRole) -> bool:
    """Whether the tenant wants a second factor of everybody of a role."""
    return role in tenancy.read_preferences(db).second_factor_for


def remove(db: Transaction, operator_id: UUID) -> None:
    """Take an operator's factor away, with its recovery codes, and end their logins. Having none is no error."""
    operators.find(db, operator_id)
    db.execute(delete(tables.SecondFactor).where(tables.SecondFactor.operator_id == operator_id))
    operators.sign_out(db, operator_id)
    tenancy.record_audit(db, "remove-second-factor", None, {"operator_id": str(operator_id)})


def renew_seals(db: Transaction) -> int:
    """Seal every tenant's secrets with the first key, as the administrator; how many there are."""
    rows = db.scalars(select(tables.SecondFactor).with_for_update(key_share=True)).all()
    for row in rows:
        row.secret = db.sealer.seal(db.sealer.open(row.secret))
    db.flush()
    return len(rows)


def _find(db: Transaction, operator_id: UUID) -> tables.SecondFactor | None:
    return db.find(tables.SecondFactor, operator_id)


def _offered(db: Transaction, row: tables.SecondFactor, login_id: UUID) -> str:
    """The secret that a login is shown while none counts: its own, made of what is stored. Whoever has the password and
    looks first would else know the secret that the operator takes later."""
    seed = base64.b32decode(db.sealer.open(row.secret))
    return base64.b32encode(hmac.digest(seed, login_id.bytes, "sha256")[:SECRET_BYTES]).decode()


def _take(db: Transaction, row: tables.SecondFactor, secret: str, code: str) -> bool:
    """Whether a code is one of about now that was not taken yet; it is taken by that."""
    typed, totp = "".join(code.split()), _totp(secret)
    now = int(time.time()) // STEP_SECONDS
    fitting = [now + by for by in STEPS_AROUND if _is(typed, totp.generate((now + by) * STEP_SECONDS))]
    factor = tables.SecondFactor
    # One statement decides, so that of two who send the same code at the same time one gets in.
    taken = update(factor).where(factor.operator_id == row.operator_id, factor.last_step < max(fitting, default=0))
    return (
        bool(fitting)
        and db.scalar(
            taken.values(last_step=max(fitting)).returning(factor.operator_id),
            execution_options={"synchronize_session": False},
        )
        is not None
    )


def _is(typed: str, right: bytes) -> bool:
    return secrets.compare_digest(typed.encode(errors="replace"), right)


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 (RFC 6238: what apps can do)


def _hash(code: str) -> bytes:
    return tenancy.key_hash("".join(code.split()).replace("-", "").lower())
