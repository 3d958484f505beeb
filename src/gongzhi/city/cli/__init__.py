"""The command ``gongzhi``: one module per command, each with ``add_arguments`` and ``run``; ``main`` dispatches."""
