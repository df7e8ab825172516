"""The examples by which people know session handoffs come out whole."""

from tests.builders.briefs import a_brief, lines, note, texts
from warmline_memory.briefs.templates import BUILT_IN
from warmline_schemas.briefs import SectionName

SUMMARY = (
    "HANDOFF SUMMARY: Customer ACC-4521 (since 2024) reports $100 billing overcharge. "
    "Verified plan is $199/mo but last invoice shows $299. "
    "Customer tone: frustrated but polite. Needs refund or explanation."
)
BILLING = (
    note("User reports billing discrepancy: charged $299 but plan is $199/mo", kind="issue", importance=0.9),
    note("User has been a customer since 2024. Account ID: ACC-4521.", kind="context", importance=0.8),
)
PROTOCOL = """**Task: Continue API Customer Flow Implementation - Increase Pass Rate from 33.3% to 50%+**
**Current Status:**
- 30/90 API customer flow tests passing (33.3% pass rate)
- 10+ new developer-specific endpoints implemented
- Fixed ImportError issues for missing models (ScalingAssessment, etc.)
- API key generation endpoint working but needs test validation fix
**Key Areas to Focus On:**
1. webhook System Enhancements (retry mechanisms, signature verification)
2. Monitoring & Analytics (real-time usage tracking, error rate monitoring)
3. Security & Compliance (JWT authentication, GDPR compliance)
4. Billing System (currency conversion, tax calculation)
**Recent Accomplishments (Don't Redo):**
- Scaling assessment endpoint fully functional with comprehensive response data
- Model field mappings corrected (developer vs developer_account)
- Added integration_type field to DeveloperAccount
- 15+ API endpoints implemented with proper status codes
**Development Environment:**
- Tests: `source venv/bin/activate && PYTHONPATH=src ./venv/bin/pytest tests/api_customer_flows/`
- Key files: src/api_service/views.py, src/api_service/urls.py, src/apps/models.py"""


def test_the_billing_dispute_is_whole_without_a_summary() -> None:
    brief = a_brief(*BILLING, reason="Customer disputes a $100 overcharge")
    assert all(value in brief.text for value in ("$299", "$199/mo", "ACC-4521", "since 2024"))
    assert texts(brief, SectionName.ASK) == [BILLING[0].content]


def test_the_billing_dispute_is_whole_with_a_summary() -> None:
    brief = a_brief(*BILLING, note(SUMMARY, kind="handoff", importance=1.0))
    assert all(value in brief.text for value in ("$100", "$299", "$199/mo", "ACC-4521", "Needs refund or explanation."))
    assert "frustrated but polite" in brief.text


def test_a_coding_sessions_status_keeps_its_figures_commands_and_paths() -> None:
    brief = a_brief(note(PROTOCOL), template=BUILT_IN["code"])
    assert "30/90 API customer flow tests passing (33.3% pass rate)" in brief.text
    assert "src/api_service/views.py, src/api_service/urls.py, src/apps/models.py" in brief.text
    assert "`source venv/bin/activate && PYTHONPATH=src ./venv/bin/pytest tests/api_customer_flows/`" in brief.text


def test_a_coding_sessions_headings_choose_the_sections_where_it_is_handed_in_as_an_account() -> None:
    account = (
        "## Done\n- Added integration_type field to DeveloperAccount\n"
        "## Environment\n- Key files: src/api_service/views.py, src/apps/models.py\n"
    )
    brief = a_brief(note(PROTOCOL), account=account, template=BUILT_IN["code"])
    assert texts(brief, SectionName.DONE) == ["Added integration_type field to DeveloperAccount"]
    assert texts(brief, SectionName.ENVIRONMENT) == ["Key files: src/api_service/views.py, src/apps/models.py"]


def test_notes_of_single_steps_are_told_in_their_own_words_by_whom_and_in_order() -> None:
    told = (
        "Created initial project structure",
        "Implement user authentication module with tests.",
        "Decided to keep invoices in Postgres",
        "Migration 0042 failed on Postgres 14",
    )
    brief = a_brief(*map(note, told))
    assert [line.text for line in lines(brief, SectionName.SAID)] == list(told)
    assert {line.speaker for line in lines(brief, SectionName.SAID)} == {"note"}


def test_notes_of_single_steps_are_sorted_by_their_kinds() -> None:
    kinds = {"done": SectionName.DONE, "todo": SectionName.NEXT_STEPS, "decision": SectionName.DECIDED}
    told = dict(zip(kinds, ("Created the project", "Write the changelog", "Invoices stay in Postgres"), strict=True))
    brief = a_brief(*(note(text, kind=kind) for kind, text in told.items()))
    assert {section.name for section in brief.sections} == set(kinds.values())
