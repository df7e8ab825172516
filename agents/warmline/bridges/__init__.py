"""Bridges: small services that carry messages and states between a help desk and its cases in Warmline.

``desk`` is the port: what a desk tells us, and what it does for us. ``cases`` is Warmline's side of it, ``bridge`` what
goes on between the two, ``store`` what a bridge must not forget, and ``serving`` the running service. A desk is one
package beside these, such as ``chatwoot``. They use the SDK, and nothing of the platform.
"""
