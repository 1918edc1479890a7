"""The command line: ``app`` names the commands, one module holds each, and only the one that runs is imported."""
