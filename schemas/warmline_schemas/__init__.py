"""The shapes that cross HTTP between Warmline and its clients. Servers and the SDK both import them.

A request is named by a verb (``StartSession``), an answer by a noun (``Session``).
"""
