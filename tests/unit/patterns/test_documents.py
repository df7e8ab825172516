"""The examples by which people know session handoffs come out whole."""

from tests.builders.briefs import a_brief, note, texts
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
    assert texts(brief, SectionName.IDENTIFIERS) == ["account id: ACC-4521"]


def test_the_billing_dispute_is_whole_with_a_summary() -> None:
    brief = a_brief(*BILLING, note(SUMMARY, kind="handoff", importance=1.0))
    assert all(value in brief.text for value in ("$100", "$299", "$199/mo", "ACC-4521", "Needs refund or explanation."))
    assert texts(brief, SectionName.MOOD) == ["frustrated but polite"]


def test_a_coding_sessions_status_keeps_its_figures_commands_and_paths() -> None:
    facts = texts(a_brief(note(PROTOCOL)), SectionName.FACTS)
    assert "30/90 API customer flow tests passing (33.3% pass rate)" in facts
    assert "key files: src/api_service/views.py, src/api_service/urls.py, src/apps/models.py" in facts
    assert "tests: `source venv/bin/activate && PYTHONPATH=src ./venv/bin/pytest tests/api_customer_flows/`" in facts


def test_a_coding_sessions_headings_choose_the_sections() -> None:
    brief = a_brief(note(PROTOCOL))
    assert texts(brief, SectionName.ASK) == [
        "task: Continue API Customer Flow Implementation - Increase Pass Rate from 33.3% to 50%+"
    ]
    assert len(texts(brief, SectionName.NEXT_STEPS)) == 4
    assert len(texts(brief, SectionName.DONE)) == 4


def test_notes_of_single_steps_are_sorted_by_what_they_say() -> None:
    brief = a_brief(
        note("Created initial project structure"),
        note("Implement user authentication module with tests."),
        note("Decided to hash passwords with bcrypt"),
        note("Migration 0042 failed on Postgres 14"),
    )
    assert texts(brief, SectionName.DONE) == ["Created initial project structure"]
    assert texts(brief, SectionName.NEXT_STEPS) == ["Implement user authentication module with tests."]
    assert texts(brief, SectionName.DECIDED) == ["Decided to hash passwords with bcrypt"]
    assert texts(brief, SectionName.FAILED) == ["Migration 0042 failed on Postgres 14"]
