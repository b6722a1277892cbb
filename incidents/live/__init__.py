"""The room lives: who has it open is sent what is new in it. One look and one drawing for all, not one for each."""
