"""The tour: a scripted day on real tills, laid beside the issuer's books at its end.

    the parent (day, script)                       a till process (driver)
    ------------------------                       -----------------------
    issuer host, its own database                  the window, the threads, the journal
    card reader behind a pseudo terminal  --pty->  the till's own reader driver
    script: press, wait, swipe, shoot     --json-> key events on the window, pictures of it
    kill -9, start again                           ... the same journal, another life

The day has chapters: ``script`` is Swedbank Pay's and the frame around all (morning, noon, killed, evening);
``parpay``, ``gr4vy`` and ``dintero`` come between morning and noon, and ``across`` cuts the line while all four have
something.

Nothing in the till knows that it is a tour: it is the program of ``stanchion till`` with a configuration file, a data
directory and a reader, and a hand that presses its keys.
"""
