"""Work types: how often the template that a session speaks for is the right one."""
