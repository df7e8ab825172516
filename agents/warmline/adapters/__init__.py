"""Adapters: Warmline inside agent frameworks. Each module imports its own framework, and is imported by itself.

``from warmline.adapters.openai_agents import WarmlineHooks``, and so on. What they have in common is in ``engagement``.
"""
