"""The routes, one module for each noun. A route is named like the operation of ours that it is."""
