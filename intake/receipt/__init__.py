"""We say so: who may be answered, what the letter says, and how it leaves."""
