"""Other memory stores that ``bench.speed`` measures, each in a process and an environment of its own.

They need other versions of libraries than Warmline does: `make bench-speed` installs them into ``.venv/bench``.
A rival's process reads JSON lines on stdin (``operation``, ``namespace``, ``texts``, ``clients``) and answers each on
stdout with the latencies of its calls. It measures itself, so that the pipe between the processes costs nothing.

    .venv/bench/bin/python -m bench.rivals.langgraph_store DATABASE_URL FOLDER
"""
