# Account: sign-in methods

methods-title = Account
methods-about = How you sign in, and your address
methods-heading = Sign-in methods
method-added = Added
contact-mark = Contact
add-button = Add a sign-in method
methods-back = Back to your sign-in methods
method-used = Last used

# Adding
add-title = Add a sign-in method
add-lead = Once added, you can sign in with it from then on.
add-none = Every sign-in method that can be added is already there.

# Removing
remove-link = Remove
remove-title = Remove this method
remove-lead = Once removed, it no longer signs you in: { $method }.
remove-successor = New contact address
remove-successor-hint = The address of this sign-in method is your contact address. Please choose the one to use instead.
remove-button = Remove it
remove-keep = Keep it and go back
remove-last = An account needs at least one sign-in method with an email address. This is the last one, so it cannot be removed.
remove-last-do = To remove it, please add another sign-in method first.

# Offered after a sign-in
offer-title = Add it to your account?
offer-lead = Before you signed in, you confirmed the following.
offer-effect = If you add it to this account, you can also sign in with { $provider } from then on.
offer-add = Add to this account
offer-no = Not now

# Added recently
recent-title = Sign-in methods added recently
recent-lead = These sign-in methods were added in the last 72 hours. Please choose only those that you added yourself.
recent-legend = Sign-in methods to keep
recent-effect = Those you do not choose will be removed.
recent-button = Keep only what I chose

# Mail does not arrive
trouble-bounced = Our emails do not arrive at this address.
trouble-forwarding-off = Apple no longer forwards email from this address, so ours do not arrive.
trouble-address-on-other-account = The new address is in use by another account, so the old one is still here.
