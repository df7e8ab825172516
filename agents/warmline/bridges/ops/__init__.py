"""Sources of incidents: what PagerDuty and Alertmanager tell becomes a case for whoever is on call.

``incidents`` is the port: what a source tells, and what it does for us. ``cases_of_incidents`` is what goes on between
a source and Warmline. A source is one module beside these, which ``warmline bridge pagerduty`` and ``warmline bridge
alertmanager`` run.
"""
