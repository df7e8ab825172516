"""Secrets as they stand in transcripts of coding agents, of fifty vendors and programs, and harmless texts with the
same words. Made up; the keys are put together here, so that no scanner takes this file for a leak."""

from typing import Final

HEX: Final = "7c1e90ab34f2d86b5a0c4e1f9d7b2a63"
MIX: Final = "tR7kW2mZ9qXv4LpB8sNd6HyJ3gFcT5aQ1eUo"
DIGITS: Final = "482915076338"

SECRETS: Final = {
    "GitHub, classic": ("git remote set-url origin https://{}@github.com/acme/shop.git", "ghp_" + MIX),
    "GitHub, fine": ("gh auth login --with-token <<< {}", "github_pat_" + MIX[:22] + "_" + MIX + MIX[:23]),
    "GitHub, app": ("using installation token {} for the runner", "ghs_" + MIX),
    "GitLab": ("curl --header 'PRIVATE-TOKEN: {}' https://gitlab.example.com/api/v4/projects", "glpat-" + MIX[:20]),
    "GitLab, runner": ("gitlab-runner register --registration-token {}", "GR1348941" + MIX[:20]),
    "Bitbucket": ("git clone https://x-token-auth:{}@bitbucket.org/acme/shop.git", "ATCTT3" + MIX + MIX),
    "AWS": ("aws configure set aws_access_key_id {}", "AKIA" + "R3TQ8WZ6KD4LMN2P"),
    "AWS, secret": ("aws_secret_access_key = {}", MIX + "/x+Z"),
    "AWS, session": ("export AWS_SESSION_TOKEN={}", "IQoJb3JpZ2luX2VjE" + MIX * 3),
    "Google": ("GOOGLE_API_KEY={}", "AIza" + MIX[:35]),
    "Google, refresh": ('{{"refresh_token": "{}"}}', "1//0g" + MIX + "-" + MIX[:20]),
    "Google, service account": (
        '"private_key": "-----BEGIN PRIVATE KEY-----\\n{}\\n-----END PRIVATE KEY-----\\n"',
        MIX + MIX,
    ),
    "Azure": ("AccountKey={};EndpointSuffix=core.windows.net", MIX + MIX + "=="),
    "Azure, client": ("az login --service-principal -u app -p {} --tenant t", "aB1~Q" + MIX[:35]),
    "DigitalOcean": ("doctl auth init -t {}", "dop_v1_" + HEX + HEX),
    "Cloudflare": ("CLOUDFLARE_API_TOKEN={} npx wrangler deploy", MIX + "_Wz9"),
    "Heroku": ("HEROKU_API_KEY={}", "4f1c9a7e-2b60-4d8e-9c35-71ab0e64d2f8"),
    "Fly": ("fly auth token\n{}", "FlyV1 fm2_" + MIX * 2),
    "Vercel": ("vercel --token {} --prod", MIX[:24]),
    "Netlify": ("NETLIFY_AUTH_TOKEN={}", "nfp_" + MIX),
    "OpenAI": ("OPENAI_API_KEY={} python run.py", "sk-proj-" + MIX + MIX),
    "Anthropic": ("export ANTHROPIC_API_KEY={}", "sk-ant-api03-" + MIX + MIX + "-AA"),
    "Hugging Face": ("huggingface-cli login --token {}", "hf_" + MIX[:34]),
    "Replicate": ("REPLICATE_API_TOKEN={}", "r8_" + MIX + "x"),
    "Mistral": ("Authorization: Bearer {}", MIX[:32]),
    "Slack": ("SLACK_BOT_TOKEN={}", "xoxb-" + DIGITS + "-" + DIGITS + "-" + MIX[:24]),
    "Slack, hook": ("curl -X POST https://hooks.slack.com/services/{}", "T04AB12CD/B05EF34GH/" + MIX[:24]),
    "Discord": ("client.login('{}')", "MTA4" + MIX[:20] + ".GhJkLm." + MIX),
    "Telegram": ("https://api.telegram.org/bot{}/getMe", "7382910465:AAF" + MIX[:32]),
    "Stripe": ("stripe.api_key = '{}'", "sk_live_" + MIX + MIX[:15]),
    "Stripe, hook": ("STRIPE_WEBHOOK_SECRET={}", "whsec_" + MIX[:32]),
    "Twilio": ("TWILIO_AUTH_TOKEN={}", HEX),
    "SendGrid": ("sg = SendGridAPIClient('{}')", "SG." + MIX[:22] + "." + MIX + MIX[:7]),
    "Mailgun": ("curl -s --user 'api:{}' https://api.mailgun.net/v3", "key-" + HEX),
    "npm": ("//registry.npmjs.org/:_authToken={}", "npm_" + MIX),
    "PyPI": ("twine upload -u __token__ -p {} dist/*", "pypi-AgEIcHlwaS5vcmc" + MIX * 2),
    "RubyGems": (":rubygems_api_key: {}", "rubygems_" + HEX + HEX[:16]),
    "Docker": ("echo {} | docker login -u ana --password-stdin", "dckr_pat_" + MIX[:27]),
    "Terraform": ('token = "{}"', "Qw3rTy7uIoPa1s.atlasv1." + MIX + MIX[:30]),
    "Vault": ("export VAULT_TOKEN={}", "hvs.CAESI" + MIX * 2),
    "Sentry": ("SENTRY_AUTH_TOKEN={}", "sntrys_" + MIX * 2),
    "Datadog": ("DD_API_KEY={} helm upgrade dd datadog/datadog", HEX),
    "Grafana": ("grafana token {}", "glsa_" + MIX[:32] + "_7c1e90ab"),
    "Postgres": ("psql postgresql://shop:{}@db.internal:5432/shop", "Gr0sse-Tuer!9"),
    "MySQL": ("mysqldump -u root -p{} shop > dump.sql", "Wint3rmantel7"),
    "MongoDB": ("mongodb+srv://ana:{}@cluster0.mongodb.net/test", "kein9Geheimnis"),
    "Redis": ("redis-cli -a {} ping", "sch1effer-Turm"),
    "Django": ("SECRET_KEY = 'django-insecure-{}'", "x8$w#k2@!vq9z&m4n7b"),
    "JWT": (
        "curl -H 'Authorization: Bearer {}' localhost:8000/me",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3In0." + MIX + "Ab1",
    ),
    "SSH": ("-----BEGIN OPENSSH PRIVATE KEY-----\n{}\n-----END OPENSSH PRIVATE KEY-----", MIX + MIX),
    "German": ("Das Passwort für die Datenbank lautet {}.", "Blau.Wal#42"),
    "Spanish": ("la contraseña del servidor es {}", "Tr3n-Rapido"),
    "Kubernetes": ("kubectl create secret generic db --from-literal=password={}", "L0cken-Kopf"),
    "Basic": ("curl -u deploy:{} https://ci.example.com/job/1/build", "Feder7ball"),
    ".netrc": ("machine api.example.com login ana password {}", "vier5Ecken"),
    "Ansible": ("ansible_become_pass: {}", "Gart3nzwerg"),
}
"""For each vendor or program a text with a place for the secret, and the secret."""

HARMLESS: Final = """
The tokenizer splits on white space and keeps the offsets.
max_output_tokens is 8192 for this model
usage: input_tokens 15230, output_tokens 812
Token count exceeds the limit of 200000
const tokens = lexer.tokenize(source)
The refresh token flow is described in docs/auth.md.
expect(screen.getByLabelText('Password')).toBeVisible()
The password field must be at least 12 characters long.
password: z.string().min(12)
user.password_changed_at is null for new accounts
def verify_password(plain: str, hashed: str) -> bool:
forgot_password_url = reverse('password_reset')
PASSWORD_HASHERS = ['django.contrib.auth.hashers.Argon2PasswordHasher']
kubectl get secret db -n shop -o yaml
secretKeyRef:
  name: db-credentials
The secret is mounted at /var/run/secrets/db.
aws secretsmanager list-secrets --region eu-central-1
terraform import aws_secretsmanager_secret.db arn:aws:secretsmanager:eu-west-1:111122223333:secret:db
vault kv list secret/shop
env: SECRET_KEY is required, set it before the start
process.env.API_KEY is undefined
api_key: ${API_KEY}
api_key = os.environ["SHOP_API_KEY"]
Authorization: Bearer $TOKEN
Authorization: Bearer <token>
headers = {"Authorization": f"Bearer {token}"}
curl -H "X-Api-Key: $KEY" https://api.example.com/v1/items
- uses: actions/checkout@v4
  with: token: ${{ secrets.GITHUB_TOKEN }}
git config credential.helper store
fatal: could not read Username for 'https://github.com': terminal prompts disabled
Permission denied (publickey).
ssh-keygen -t ed25519 -C ana@example.com
The key of the map is the customer's id.
primary key (id), foreign key (customer_id) references customers (id)
CREATE UNIQUE INDEX orders_key_idx ON orders (tenant_id, external_key);
duplicate key value violates unique constraint "orders_pkey"
KeyError: 'customer_id'
for key, value in settings.items():
onKeyDown={(event) => event.key === 'Enter' && submit()}
key={item.id}
sorted(rows, key=lambda row: row["created_at"])
cache_key = f"orders:{tenant}:{page}"
redis-cli --scan --pattern 'session:*'
i18n key checkout.button.pay is missing in de.json
Key insight: the second query is the slow one.
The API keys page shows an empty state.
Rotate the API keys every 90 days, says the runbook.
passwd: unrecognized option
pass the context down to the hooks
All 48 tests pass.
bypass the cache with ?nocache=1
compass.py and passport.ts are unrelated
The auth middleware returns 401 without a session.
session_id is a UUID such as 7d44b6f2-0c7e-4a55-9d0a-6b8f6f0c1f11
commit 9fceb02d0ae598e95dc970b74767f19372d61af8
Merge pull request #482 from acme/token-refresh
sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
"integrity": "sha512-v2kDEe57lecTulaDIuNTPy3Ry4gLGJ6Z1O3vE1krgXZNrsQ+LFTGHVxVjcXPs17LhbZVGedAJv8XZ1tvj5FvSg=="
ETag: "33a64df551425fcc55e4d42a148795d9f25f89d4"
image: ghcr.io/acme/shop@sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945
X-Request-Id: 01J9Z3M7Q8V4W5X6Y7Z8A9B0C1
BUILD_ID=20260302.4
NODE_OPTIONS=--max-old-space-size=4096
DATABASE_URL is read from the environment
postgres://localhost:5432/shop_test
redis://localhost:6379/1
The credentials screen has two tabs.
Credentials are never written to disk.
com.example.auth.CredentialStore
Die Passwortregeln stehen in docs/passwoerter.md.
Das Token läuft nach 15 Minuten ab.
Der Schlüssel der Tabelle ist die Bestellnummer.
La contraseña debe tener al menos 12 caracteres.
El token caduca a los 15 minutos.
Le jeton expire au bout de 15 minutes.
Le champ « mot de passe » est vide.
A senha precisa de doze caracteres.
La chiave primaria è l'id.
Токен истекает через 15 минут.
パスワードは12文字以上にしてください。
令牌十五分钟后过期。
토큰은 15분 후에 만료됩니다.
كلمة المرور يجب ألا تقل عن 12 حرفاً.
"""
"""Texts that hold no secret, a line each."""
