"""What can go wrong, one class each. The first paragraph of a docstring is the message; ``{…}`` are the facts of the
case.

All errors are in one file, because the API answers each by its ``problem``, a closed list that callers rely on: whoever
adds an error sees here which of them exist. A message says what is wrong and, in a second sentence, what to do.

WarmlineError
 ├─ NotFound ─ NoOwnTemplate
 ├─ Unauthenticated ─ StepMissing
 ├─ Forbidden ─ NotAnOperator, HeldBySomebodyElse, SecondPersonNeeded, FlagOfSomebodyElse
 │   ├─ QuotaReached
 │   └─ NotGranted ─ ScopeMissing, BoundKey, AgentNotBound, NamespaceNotBound, OutOfReach, StrongerKey
 ├─ what a request must not ask for
 │   ├─ WrongCode                ├─ SubjectTaken
 │   ├─ WeakPassword             ├─ LinkIsOver
 │   ├─ NobodyCouldSignIn
 │   ├─ UnstorableText           ├─ TooManyTemplates, TooManySavedReplies, TooManyTags, TooManyViews
 │   ├─ InvalidCursor            ├─ TooManyRotas
 │   ├─ InvalidLine              ├─ TooManyWebhooks
 │   ├─ LineTooLong              ├─ TooManyQueues
 │   ├─ NotInFuture              ├─ UnknownReasonCode
 │   ├─ NoSuchLine               ├─ DifferentChains
 │   ├─ UnknownReceiver          ├─ AmbiguousReceiver
 │   ├─ PeriodTooLong            └─ WebhookRefused
 │   ├─ CannotSupersede          ├─ BodyTooLarge
 │   ├─ UnstorableValue          ├─ BodyTooSlow
 │   ├─ Misdirected              ├─ BotNeeded
 │   ├─ FileEmpty                ├─ FileTypeNotTaken
 │   ├─ AttachmentNotSendable    ├─ TooManyOverrides
 │   ├─ NoCalendar               ├─ UnknownInCalendar
 │   └─ TooManyAtOnce            └─ TooManyRequests
 ├─ Conflict, for what the present state does not allow
 │   ├─ SessionEnded             ├─ HandoffInProgress ─ TooManyConsultations
 │   ├─ NamespaceMismatch        ├─ HandoffStateForbids ─ NotOffered, NothingAsked, TooLateToUndo,
 │   │                           │    ReplyCorrected, ReplyOut
 │   ├─ MemoryProtected          ├─ HandoffClaimed ─ HandoffOffered, HandoffClaimedBesides
 │   ├─ IdempotencyKeyReused     ├─ HandoffAccepted
 │   ├─ ConversationOwned        ├─ DraftChanged
 │   ├─ ConversationNotYours     ├─ BriefTooVague
 │   ├─ StaleToken ─ TokenNeeded ├─ NotHeld
 │   ├─ ReadBackContradicts      ├─ OperatorBusy ─ OperatorFull, OperatorDisabled
 │   ├─ ReadBackRequired         ├─ SheetStateForbids
 │   ├─ NameTaken                ├─ PersonNeeded
 │   ├─ KeyIsOver                ├─ SeveralCustomers
 │   ├─ OfAnotherNamespace       ├─ TakenByCustomer
 │   └─ AttachmentNotReady ─ AttachmentRefused
 ├─ ChangedMeanwhile
 ├─ Busy ─ OutOfTime, Deadlocked, Overloaded
 ├─ Unavailable
 ├─ OutcomeUnknown
 ├─ MailServerFails, MailRefused
 └─ SetupError
"""

from typing import Any, ClassVar

from warmline_schemas.problems import ProblemType


class WarmlineError(Exception):
    """The platform failed."""

    problem: ClassVar[ProblemType] = ProblemType.INTERNAL_ERROR
    members: ClassVar[tuple[str, ...]] = ()
    """The facts that callers get as they are, beside every id."""

    def __init__(self, *, retry_seconds: float = 1.0, **facts: Any) -> None:
        self.retry_seconds = retry_seconds
        """After how many seconds it is worth trying again, where it is at all. Mostly a lock is held, or a connection
        in use, which is over within a second."""
        # The message is the class's own docstring, so that what a reader of the code sees is what a caller gets.
        self.facts = facts
        message = (type(self).__doc__ or "").split("\n\n")[0]
        super().__init__(" ".join(message.split()).format(**facts))


class NotFound(WarmlineError):
    """There is no {noun} {id}."""

    problem = ProblemType.NOT_FOUND


class NoOwnTemplate(NotFound):
    """There is no {noun} {id}; built-in ones cannot be deleted."""


class Unauthenticated(WarmlineError):
    """The API key is missing, unknown, expired or revoked. Send `Authorization: Bearer <key>`; `warmline keys create`
    makes one."""

    problem = ProblemType.UNAUTHENTICATED


class StepMissing(Unauthenticated):
    """The sign-in is not complete: it still needs the {step} of a second factor."""


class Forbidden(WarmlineError):
    """The one who asks may not do this. Ask somebody who may."""

    problem = ProblemType.FORBIDDEN


class NotAnOperator(Forbidden):
    """You signed in, and are no operator here. Ask an administrator to add you, with {subject} as your subject."""


class SubjectTaken(WarmlineError):
    """Another operator has this subject already. Take it from them first, or give another one."""

    problem = ProblemType.INVALID_REQUEST


class NobodyCouldSignIn(WarmlineError):
    """Nobody could sign in to the console any more. {fix}"""

    problem = ProblemType.INVALID_REQUEST


class HeldBySomebodyElse(Forbidden):
    """{holder} holds handoff {handoff_id}. Its holder or a lead of its queue can do this; ask one of them."""


class SecondPersonNeeded(Forbidden):
    """You edited this draft, and it takes a second person to confirm it. Ask a colleague to read and confirm it."""


class FlagOfSomebodyElse(Forbidden):
    """{by} flagged this. Only they, or a lead, can take the flag back."""


class NotGranted(Forbidden):
    """The API key does not allow this. Use one that does."""

    members = ("missing",)


class ScopeMissing(NotGranted):
    """This takes the scope `{scope}`, which the API key does not have. Use one of a kind that has it."""


class BoundKey(NotGranted):
    """This is about the tenant as a whole, and the API key is bound to some namespaces. Use one for all of them."""


class AgentNotBound(NotGranted):
    """The API key may not act as {agent}. Use one that is bound to this agent; people take the scope `desk`."""


class NamespaceNotBound(NotGranted):
    """The API key does not reach the namespace {namespace}. Use one that is bound to it."""


class OutOfReach(NotGranted):
    """This would change something in a namespace that the API key does not reach. Use one that is bound to it."""


class StrongerKey(NotGranted):
    """The new API key would be allowed more than the one that makes it. Give it fewer scopes, or narrower bindings."""


class WeakPassword(WarmlineError):
    """This password is too easy to guess. {why} Take four words that have nothing to do with each other, or have a
    password manager make one."""

    problem = ProblemType.INVALID_REQUEST


class WrongCode(WarmlineError):
    """This code is wrong, or was used already. Give the one that the app shows now, or a recovery code."""

    problem = ProblemType.INVALID_REQUEST


class LinkIsOver(WarmlineError):
    """This link was used, replaced or has ended. Ask an administrator for a new one."""

    problem = ProblemType.NOT_FOUND


class QuotaReached(Forbidden):
    """Your tenant has as many {quota} as it may: {most}{window}. Forget or wait for some, or have the quota raised."""

    problem = ProblemType.QUOTA_REACHED
    members = ("quota", "most")


class UnstorableText(WarmlineError):
    """A text holds a character that cannot be stored (U+0000, or half of a surrogate pair). Remove it."""

    problem = ProblemType.INVALID_REQUEST


class UnstorableValue(WarmlineError):
    """A number or a time is out of the range that can be stored. Give one that is nearer."""

    problem = ProblemType.INVALID_REQUEST


class InvalidCursor(WarmlineError):
    """{cursor!r} does not belong to this list. Pass `next_cursor` of the page before, unchanged."""

    problem = ProblemType.INVALID_REQUEST


class InvalidLine(WarmlineError):
    """Line {line}: {fault}. The batches of lines before it are stored; correct it and import the file again."""

    problem = ProblemType.INVALID_REQUEST


class NotInFuture(WarmlineError):
    """{field}: {time} has passed already. Give a later time."""

    problem = ProblemType.INVALID_REQUEST


class CannotSupersede(WarmlineError):
    """supersedes: {memory_id} {fault}. Name memories that are there, of the namespace of the one that corrects them."""

    problem = ProblemType.INVALID_REQUEST


class LineTooLong(WarmlineError):
    """Line {line} is longer than {most_bytes} bytes."""

    problem = ProblemType.PAYLOAD_TOO_LARGE


class BodyTooLarge(WarmlineError):
    """The body is larger than {most_bytes} bytes. Send it in smaller batches."""

    problem = ProblemType.PAYLOAD_TOO_LARGE


class BodyTooSlow(WarmlineError):
    """The body did not come within {seconds:g} seconds. Send it in smaller batches, or over a faster line."""

    problem = ProblemType.REQUEST_TIMEOUT


class Misdirected(WarmlineError):
    """This name does not lead here. Call the platform by one of the names in its setting `WARMLINE_ALLOWED_HOSTS`."""

    problem = ProblemType.MISDIRECTED


class TooManyAtOnce(WarmlineError):
    """There are too many {noun} at once, of which a tenant may have {most}. End one, or try again later."""

    problem = ProblemType.RATE_LIMITED


class TooManyRequests(WarmlineError):
    """More than {most} requests in a minute: {of}. Wait as long as `Retry-After` says, or have the limit raised."""

    problem = ProblemType.RATE_LIMITED
    members = ("policy",)


class TooManyTemplates(WarmlineError):
    """A tenant has at most {most} templates of its own. Delete one, or replace it."""

    problem = ProblemType.INVALID_REQUEST


class TooManySavedReplies(WarmlineError):
    """A tenant has at most {most} saved replies. Delete one, or replace it."""

    problem = ProblemType.INVALID_REQUEST


class TooManyTags(WarmlineError):
    """A case has at most {most} tags. Take one off first."""

    problem = ProblemType.INVALID_REQUEST


class TooManyViews(WarmlineError):
    """You have {most} views already, which is the most. Delete one first."""

    problem = ProblemType.INVALID_REQUEST


class TooManyRotas(WarmlineError):
    """A tenant has at most {most} rotas. Delete one, or replace it."""

    problem = ProblemType.INVALID_REQUEST


class TooManyOverrides(WarmlineError):
    """Rota {name} has {most} swaps or absences, which is the most. Take back those that are over, with a PUT of it."""

    problem = ProblemType.INVALID_REQUEST


class NoCalendar(WarmlineError):
    """The calendar cannot be taken. {why}"""

    problem = ProblemType.INVALID_REQUEST


class UnknownInCalendar(WarmlineError):
    """Nobody is called {names}, as the calendar has it. Say in `people` who they are; nothing was taken."""

    problem = ProblemType.INVALID_REQUEST


class WebhookRefused(WarmlineError):
    """Events cannot be sent to this URL. {why}"""

    problem = ProblemType.INVALID_REQUEST


class BotNeeded(WarmlineError):
    """Customer {customer_id} has no case yet. Name in `bot` the agent with which one begins."""

    problem = ProblemType.INVALID_REQUEST


class FileEmpty(WarmlineError):
    """The file is empty. Send one that holds something."""

    problem = ProblemType.INVALID_REQUEST


class FileTypeNotTaken(WarmlineError):
    """{name} is of a type that is not taken here, by its bytes: {type}. Send one of {taken}."""

    problem = ProblemType.INVALID_REQUEST


class AttachmentNotSendable(WarmlineError):
    """There is no attachment {id} in {namespace} that waits to be sent. Upload the file there, and send each once."""

    problem = ProblemType.INVALID_REQUEST


class TooManyWebhooks(WarmlineError):
    """A tenant has at most {most} webhooks. Delete one, or change it."""

    problem = ProblemType.INVALID_REQUEST


class TooManyQueues(WarmlineError):
    """A tenant has at most {most} queues of its own. Delete one, or replace it."""

    problem = ProblemType.INVALID_REQUEST


class UnknownReasonCode(WarmlineError):
    """{code!r} is no reason code of your tenant; it knows {known}. Add it to the preference `reason_codes`, or use
    one of these."""

    problem = ProblemType.INVALID_REQUEST


class UnknownReceiver(WarmlineError):
    """There is no {sort} called {name}. {advice}"""

    problem = ProblemType.INVALID_REQUEST


class AmbiguousReceiver(WarmlineError):
    """Several are called {name}: {several}. Give what stands in brackets."""

    problem = ProblemType.INVALID_REQUEST


class NoSuchLine(WarmlineError):
    """The brief of handoff {handoff_id} has no such line in its section {section}. Copy the line as the brief has it,
    its text alone or with its label before a colon."""

    problem = ProblemType.INVALID_REQUEST


class PeriodTooLong(WarmlineError):
    """The period has more than {most} stretches of one {bucket}, or ends before it begins. Give a shorter period, or a
    longer `bucket`."""

    problem = ProblemType.INVALID_REQUEST


class DifferentChains(WarmlineError):
    """Handoffs {left_id} and {right_id} belong to different chains. Compare two of one chain."""

    problem = ProblemType.INVALID_REQUEST


class Conflict(WarmlineError):
    """This cannot be done as things are now."""


class KeyIsOver(Conflict):
    """The API key {key_id} is expired or revoked, and cannot be rotated. Make a new one."""

    problem = ProblemType.KEY_IS_OVER


class SessionEnded(Conflict):
    """Session {session_id} has ended. {fix}"""

    problem = ProblemType.SESSION_ENDED


class NamespaceMismatch(Conflict):
    """Session {session_id} belongs to namespace {session_namespace}, not to {namespace}. Leave `namespace` out."""

    problem = ProblemType.NAMESPACE_MISMATCH


class MemoryProtected(Conflict):
    """Memory {memory_id} is the brief of handoff {handoff_id}, which its receivers rely on. It cannot be changed."""

    problem = ProblemType.MEMORY_PROTECTED


class HandoffInProgress(Conflict):
    """Session {session_id} already hands over to {to}: handoff {handoff_id} is {state}. Wait for that one, or cancel it
    and ask again. Others can be asked beside it with `mode` `consult`."""

    problem = ProblemType.HANDOFF_IN_PROGRESS


class TooManyConsultations(HandoffInProgress):
    """Session {session_id} asks {most} others at once already, which is the most. Wait for one of its consultations to
    end, or cancel one."""


class HandoffStateForbids(Conflict):
    """Handoff {handoff_id} is {state}; to {verb} it, it must be {needed}."""

    problem = ProblemType.HANDOFF_STATE


class HandoffClaimed(Conflict):
    """{holder} holds handoff {handoff_id} until {expires_at}. Wait, or ask {holder}."""

    problem = ProblemType.HANDOFF_CLAIMED


class HandoffClaimedBesides(HandoffClaimed):
    """A process that acts as {holder} holds handoff {handoff_id} until {expires_at}. If that is this one, send the
    claim's `token`; otherwise wait, or take another handoff."""


class HandoffOffered(HandoffClaimed):
    """Handoff {handoff_id} is offered to {holder} until {expires_at}. Wait, or offer it to somebody else."""


class NotOffered(HandoffStateForbids):
    """Handoff {handoff_id} is not offered to {agent} now, so there is nothing to decline."""


class NothingAsked(HandoffStateForbids):
    """Nothing is asked about handoff {handoff_id} that is not answered yet."""


class TooLateToUndo(HandoffStateForbids):
    """Handoff {handoff_id} went on too long ago to be called off, or {to} has it by now. Ask {to} to give it back."""


class ReplyCorrected(HandoffStateForbids):
    """Message {memory_id} was corrected or withdrawn before, so that it no longer holds. Correct what holds in its
    place."""


class ReplyOut(HandoffStateForbids):
    """Message {memory_id} is {state}: a channel has it, and the customer may have read it. Correct it."""


class NotHeld(Conflict):
    """Handoff {handoff_id} is {state} and nobody holds it; to {verb} it, claim it first."""

    problem = ProblemType.NOT_HELD


class StaleToken(Conflict):
    """Token {token} of handoff {handoff_id} is outdated: {why}. What it was sent with has changed nothing; claim the
    handoff again if it still waits."""

    problem = ProblemType.STALE_TOKEN


class TokenNeeded(StaleToken):
    """{holder} holds handoff {handoff_id} by a claim. Send `token` as the answer to that claim gave it."""


class ReadBackRequired(Conflict):
    """Whoever takes over handoff {handoff_id} must say what it is about. Send `read_back`, one line of your own."""

    problem = ProblemType.READ_BACK_REQUIRED


class ReadBackContradicts(Conflict):
    """The read-back of handoff {handoff_id} contradicts its brief: {said}. Correct it, or send `confirm_read_back` to
    take it over all the same."""

    problem = ProblemType.READ_BACK_CONTRADICTS
    members = ("contradictions",)


class NameTaken(Conflict):
    """There is {noun} {name} already. Revise it, or choose another name."""

    problem = ProblemType.NAME_TAKEN


class SeveralCustomers(Conflict):
    """These ids belong to several customers. Give those of one, or change the customers so that one has them all."""

    problem = ProblemType.NAME_TAKEN
    members = ("customer_ids",)


class TakenByCustomer(Conflict):
    """{id} in the channel {channel} is another customer already. Take it from them first, or leave it out."""

    problem = ProblemType.NAME_TAKEN


class OfAnotherNamespace(Conflict):
    """Customer {customer_id} has the namespace {namespace}. Leave `namespace` out."""

    problem = ProblemType.NAME_TAKEN


class OperatorBusy(Conflict):
    """{agent} cannot take handoff {handoff_id}: {why}."""

    problem = ProblemType.OPERATOR_BUSY


class OperatorFull(OperatorBusy):
    """{agent} holds {held} handoffs, and at most {capacity} at once. Finish or release one first."""


class OperatorDisabled(OperatorBusy):
    """{agent} is disabled, and takes no work."""


class HandoffAccepted(Conflict):
    """Session {target_session_id} already took handoff {handoff_id} over. Use mode `branch` to start beside it, or
    `rollback` to start again from this brief."""

    problem = ProblemType.HANDOFF_ACCEPTED


class ConversationOwned(Conflict):
    """Session {owner_session_id} is open and owns chain {chain_id}. Use mode `branch` to start beside it, or `rollback`
    to end it."""

    problem = ProblemType.CONVERSATION_OWNED


class AttachmentNotReady(Conflict):
    """Attachment {attachment_id} cannot be loaded yet: a scanner has yet to look at it. Try again later."""

    problem = ProblemType.ATTACHMENT_NOT_READY


class AttachmentRefused(AttachmentNotReady):
    """Attachment {attachment_id} cannot be loaded: a scanner refused it. Ask for another file."""


class ConversationNotYours(Conflict):
    """{owner} speaks for this conversation, not you: what you send would cross theirs. Leave a note, or take it over
    first."""

    problem = ProblemType.CONVERSATION_OWNED


class DraftChanged(Conflict):
    """The draft of handoff {handoff_id} is at revision {revision}, not {read_revision}: it was changed meanwhile. Read
    it again, and repeat the request with its revision."""

    problem = ProblemType.DRAFT_CHANGED


class BriefTooVague(Conflict):
    """The brief of handoff {handoff_id} is too vague. {findings} Edit the draft, or remember what is missing and renew
    it."""

    problem = ProblemType.BRIEF_TOO_VAGUE


class SheetStateForbids(Conflict):
    """{what} is {state}; to {verb} it, it must be {needed}."""

    problem = ProblemType.SHEET_STATE


class PersonNeeded(Conflict):
    """{why} Name in `{field}` who {verb}."""

    problem = ProblemType.PERSON_NEEDED


class IdempotencyKeyReused(Conflict):
    """Idempotency-Key {key} came with another request before. Use a new key for a new request."""

    problem = ProblemType.IDEMPOTENCY_KEY_REUSED


class ChangedMeanwhile(WarmlineError):
    """This was changed since you read it: `If-Match` names another version. Read it again, and repeat the change."""

    problem = ProblemType.CHANGED_MEANWHILE


class Busy(WarmlineError):
    """The platform is busy: {why}. Try again."""

    problem = ProblemType.BUSY


class OutOfTime(Busy):
    """The platform is busy: {why}. Try again."""


class Deadlocked(Busy):
    """The platform is busy: {why}. Try again."""


class Overloaded(Busy):
    """The platform has more requests than it can answer in time, and has done nothing with this one. Try again when
    `Retry-After` says so."""


class Unavailable(WarmlineError):
    """{what} cannot be reached. {fix}"""

    problem = ProblemType.UNAVAILABLE


class OutcomeUnknown(WarmlineError):
    """The connection to the database was lost while this was stored, so that it is not known whether it was. Look for
    it, or repeat the request with the Idempotency-Key that it had."""

    problem = ProblemType.OUTCOME_UNKNOWN


class MailServerFails(WarmlineError):
    """The mail server {server} takes no e-mails: {why} They are kept, and tried again.

    Raised by the worker's job alone; callers never see it.
    """


class MailRefused(WarmlineError):
    """The mail server takes no e-mail for {address}: {why}

    ``may_pass`` says whether it may take one later. Raised by the worker's job alone; callers never see it.
    """


class SetupError(WarmlineError):
    """{what} {fix}

    Raised while starting, never while serving: the sentence is for whoever runs the platform.
    """
