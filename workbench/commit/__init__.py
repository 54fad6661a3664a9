"""The commit: a frozen plan, a durable intent before every request, verified answers, and the way back."""
