# Google、Appleなどの外部サービスで登録・ログインするとき

# ほかのアプリの中で開いたとき
in-app-what = { $app }の中で開いた画面では、Googleをご利用いただけません。
in-app-link = ふだんお使いのブラウザで開くと、Googleもご利用いただけます。
in-app-button = ブラウザで開く
in-app-menu = 画面の端にあるメニュー（「…」や「⋮」）から「ブラウザで開く」または「Safariで開く」を選ぶと、Googleもご利用いただけます。
in-app-others = ほかの方法は、このままご利用いただけます。
app-line = LINE
app-instagram = Instagram
app-facebook = Facebook
app-x = X
app-other = このアプリ

# 登録内容の確認
confirm-title = 登録内容の確認
confirm-lead = この内容で登録します。次回からは、{ $provider }でログインできます。
confirm-button = 登録を完了
relay-about = { $provider }が、メールをご本人の受信箱へ転送します。

# メールアドレスの確認
address-title = メールアドレスの確認
address-lead = { $provider }では、お知らせの届くメールアドレスを確認できませんでした。大切なお知らせをお送りするメールアドレスを入力してください。確認コードをお送りします。
address-code-lead = コードを確認すると、{ $provider }での登録に進みます。
