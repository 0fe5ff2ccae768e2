# どのページにもある言葉

email-label = メールアドレス
password-label = パスワード
password-show = 表示
password-hide = 隠す
network-label = ネットワーク
signed-in-as = ログイン中:
contact-link = お問い合わせ
other-ways = その他のご案内
signout = ログアウト

# ログイン方式
method-label = ログイン方式
method-email = メールアドレスとパスワード
method-google = Google
method-apple = Apple
method-passkey = パスキー
continue-email = メールアドレスで続ける
continue-google = Googleで続ける
continue-apple = Appleで続ける
continue-passkey = パスキーで続ける
continue-other = { $label }で続ける

# 端末
device-unknown = 不明な端末
device-unknown-device = 不明な端末
device-app = アプリ
device-phone = スマートフォン
device-tablet = タブレット
device-computer = パソコン

# お知らせ
notice-signed-out = ログアウトしました。
notice-session-expired = ログインの有効期間が過ぎました。もう一度ログインしてください。
notice-signin-required = このページをご覧になるには、ログインしてください。
notice-welcome = ユーザー登録が完了しました。
notice-password-changed = パスワードを変更しました。ほかの端末はすべてログアウトしました。
notice-email-changed = メールアドレスを変更しました。
notice-profile-saved = 変更を保存しました。
notice-session-ended = 選んだ端末をログアウトしました。
notice-sessions-ended = ほかのすべての端末をログアウトしました。
notice-device-forgotten = 端末を一覧から外しました。
notice-terms-accepted = 利用規約への同意を確認しました。
notice-method-added = ログイン方式を追加しました。
notice-method-removed = ログイン方式を解除しました。
notice-methods-kept = ログイン方式を確認しました。
notice-password-added = メールアドレスとパスワードを追加しました。
notice-contact-changed = 連絡先メールアドレスを変更しました。
notice-test-mail-sent = 連絡先メールアドレスに、テストメールをお送りしました。
notice-code-sent = コードの送信を受け付けました。
notice-flow-expired = 手続きの有効時間が過ぎました。お手数ですが、はじめからやり直してください。

# 入力の誤り
error-prefix = エラー:{" "}
summary-title = 入力内容をご確認ください
error-invalid-credentials = メールアドレスまたはパスワードが正しくありません。
error-wrong-password = パスワードが正しくありません。
error-other-identity = ログインに使っているものとは別のアカウントで確認が行われました。ログインに使っているアカウントを選んでください。
error-not-shown-anew = ご本人の確認が新しく行われませんでした。もう一度お進みください。
error-missing-password = パスワードを入力してください。
error-invalid-address = メールアドレスの形をご確認ください（例: name@example.jp）。
error-address-on-other-account = このメールアドレスは、すでに登録されています。このメールアドレスでログインするか、別のメールアドレスをお使いください。
error-identity-on-other-account = すでにほかのアカウントで使われています。
error-last-addressed-method = メールアドレスのある最後のログイン方式は解除できません。先に別のログイン方式を追加してください。
error-contact-needs-successor = 新しい連絡先メールアドレスを選んでください。
error-contact-unknown = 連絡先にするメールアドレスを選んでください。
error-provider-unreachable = 接続できませんでした。少し待ってからもう一度お試しください。
error-provider-refused = 確認できませんでした。もう一度お試しください。
error-provider-cancelled = 手続きが取り消されました。よろしければ、もう一度お試しください。
error-provider-already-added = このログイン方式は、すでに追加されています。
error-identity-not-yours = ログインに使っているものとは別のアカウントで確認が行われました。ログインに使っているアカウントを選んでください。
error-try-again = ほかの操作と重なりました。少し待ってからもう一度お試しください。
error-overloaded = 混み合っています。{ $seconds }秒ほど待ってからもう一度お試しください。
error-rate-limited = 短い時間に多くの操作がありました。{ $minutes }分ほど待ってからもう一度お試しください。
error-invalid-code = コードが正しくありません。いちばん新しいメールに書かれたコードをご確認ください。
error-code-expired = コードの有効時間が過ぎました。もう一度送信して、新しいコードをお受け取りください。
error-code-used-up = 入力の誤りが続いたため、受け付けられません。はじめからやり直してください。それでも受け付けられない場合は、しばらく待ってからお試しください。
error-code-cooldown = このブラウザでは、すでにコードが入力されています。同じコードをもう一度入力すると、新しいパスワードを設定できます。新しいコードは、{ $minutes }分ほどあとにお送りできます。
error-invalid-number = メールアドレスまたは番号が正しくありません。番号が届いたメールをもう一度ご確認ください。
error-number-expired = 番号の有効期限が過ぎました。パスワードを再設定するか、運営者までお問い合わせください。
error-password-too-short = パスワードは{ $minimum }文字以上で入力してください。
error-password-too-long = パスワードは{ $maximum }文字以内で入力してください。
error-password-too-weak = 推測されやすいパスワードです。関係のない言葉をいくつか並べるなど、より長いものにしてください。
error-password-breached = 過去に外部へ流出したことのあるパスワードです。別のものにしてください。
error-password-not-allowed = パスワードに使えない文字が含まれています。改行やタブを除いて入力してください。
error-terms-required = ご登録には、利用規約への同意が必要です。
error-name-too-long = 表示名は{ $maximum }文字以内で入力してください。
error-name-not-allowed = 表示名に使えない文字が含まれています。
error-account-locked = アカウントがロックされています。
error-account-suspended = このアカウントは現在ご利用いただけません。
error-fresh-proof-required = ご本人であることをもう一度ご確認ください。
error-registration-closed = 現在、ユーザー登録の受付を停止しています。
error-flow-expired = 手続きの有効時間が過ぎました。はじめからやり直してください。
error-unauthenticated = ログインしてください。
error-not-found = 見つかりませんでした。
error-invalid-request = 送信された内容を読み取れませんでした。
error-other = 受け付けられませんでした。内容をご確認のうえ、もう一度お試しください。
