# Registering and signing in with Google, Apple and others

# Inside another app
in-app-what = Google cannot be used on pages that are opened inside { $app }.
in-app-link = Open this page in your usual browser to use Google as well.
in-app-button = Open in the browser
in-app-menu = To use Google as well, choose “Open in browser” or “Open in Safari” from the menu at the edge of the screen (“…” or “⋮”).
in-app-others = The other ways work here, too.
app-line = LINE
app-instagram = Instagram
app-facebook = Facebook
app-x = X
app-other = this app

# Before the registration
confirm-title = Confirm your registration
confirm-lead = You will be registered as follows. From then on you can sign in with { $provider }.
confirm-button = Complete registration
relay-about = { $provider } forwards our emails to your own mailbox.

# The address
address-title = Confirm your email address
address-lead = { $provider } could not confirm an email address where our messages reach you. Please enter the address for important messages. We will send a confirmation code there.
address-code-lead = Once the code is confirmed, your registration with { $provider } goes on.
