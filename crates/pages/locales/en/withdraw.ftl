# Closing the account, and the download

withdraw-title = Close your account
withdraw-before = Before you close it
withdraw-export = You can keep a copy of what is stored about you.
withdraw-now = At once
withdraw-now-signout = All devices are signed out, and nobody can sign in any more.
withdraw-now-free = Your addresses and sign-in methods can be used for another account.
withdraw-now-erased = Everything stored about you is erased. This cannot be undone.
withdraw-later = { $days ->
    [one] After one day
   *[other] After { $days } days
}
withdraw-later-erased = Everything stored about you is erased.
withdraw-later-undo = Until then, you can have it all back with the number in our email.
withdraw-button = Close the account
withdraw-keep = Keep it and go back

withdrawn-title = Your account has been closed
withdrawn-body = Thank you for having been with us.
withdrawn-later = What is stored about you will be erased in { $days ->
    [one] one day
   *[other] { $days } days
}. Until then, you can have it back with the number we sent by email.
withdrawn-undo = To have it back, please go here.
withdrawn-erased = Everything stored about you has been erased.

# Download
export-title = Download your data
export-lead = This saves everything stored about your account in one file (JSON).
export-secret = It holds your sign-ins, addresses and more. Please do not save it on a device that you share with others.
export-button = Download
