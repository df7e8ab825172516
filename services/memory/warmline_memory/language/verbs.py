"""Verbs that say whether an action reads or changes something."""

from warmline_memory.language.words import word_set

READS = word_set(
    """
    get gets fetch find search lookup look list show read view query check verify validate describe inspect calculate
    compute count compare estimate preview retrieve see think reason summarize summarise track monitor browse grep
    cat ls ping status history details info
    """
)


CHANGES = word_set(
    """
    add adjust apply approve archive assign attach begin block book buy call cancel change charge close commit complete
    confirm create credit deactivate delete deploy disable dispatch edit email enable enrol enroll escalate exchange
    execute extend file fix freeze grant import insert install issue join leave lock log make merge message migrate
    modify move notify open order pause pay place play post publish purchase push put refund register reject release
    remove rename renew rent replace report request reschedule reserve reset resume return revert revoke rollback rsvp
    run save schedule sell send set share ship sign start stop submit subscribe suspend switch terminate transfer unlock
    unsubscribe update upgrade upload void withdraw write
    """
)
