# ログイン

signin-title = ログイン
signin-email-title = メールアドレスでログイン
signin-button = ログイン
signin-new-here = はじめてご利用の方は
last-used = 前回使用
forgotten = パスワードを忘れた場合
reset-button = パスワードを再設定

# ロック
locked-title = アカウントがロックされています。
locked-what = 誤ったパスワードが何度も入力されたため、このメールアドレスでのログインを停止しています。ロックが解除されるまでは、正しいパスワードでもログインできません。
locked-still = すでにログインしている端末は、そのままご利用いただけます。
locked-way-out = ロックを解除するには
locked-reset = パスワードを再設定すると、ロックが解除されます。
locked-contact = 再設定できない場合は、次の連絡先までお知らせください。ご本人であることを確認のうえ、ロックを解除いたします。

# 利用停止
suspended-title = このアカウントは現在ご利用いただけません。
suspended-what = { $service }の運営者が、このアカウントのご利用を停止しています。
suspended-do = 理由のご確認やご相談は、次の連絡先までお願いいたします。
