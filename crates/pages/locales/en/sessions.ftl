# Where you are signed in

sessions-title = Where you are signed in
sessions-about = See devices, sites and apps, and sign them out
session-this = This device
session-others = Other devices
session-none = You are not signed in anywhere else.
session-started = Signed in
session-used = Last used
session-end-others = Sign out all other devices
session-kind-app = App
session-strange = If there is a device that is not yours, please change your password at once.
connected-heading = Sites and apps
connected-about = These sites and apps are signed in with your account. When you disconnect one, it asks you to sign in again the next time.
connected-since = First signed in
connected-reads = What it can see
connected-reads-name = your name
connected-reads-email = your email address
connected-and = {" and "}
connected-end = Disconnect
known-heading = Devices you have used
known-about = If somebody else enters wrong passwords and the account is locked, you can still sign in from these devices. Please remove any that you no longer use.
known-forget = Remove from the list
