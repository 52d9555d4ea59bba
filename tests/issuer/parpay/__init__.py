"""PAR Pay's face, tried by the rows of its page over real HTTP."""
