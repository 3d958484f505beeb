"""The checks of a mechanism, one module each with ``validate(draft)``; ``lint.check`` runs them all."""
