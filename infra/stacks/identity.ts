import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib'
import { CfnUserPoolUser, FeaturePlan, Mfa, OAuthScope, UserPool, type UserPoolClient, UserPoolClientIdentityProvider } from 'aws-cdk-lib/aws-cognito'
import type { Construct } from 'constructs'
import { acknowledge } from '../constructs/acknowledge.ts'
import type { TokenIssuer } from '../constructs/http-routes.ts'
import type { Settings } from '../settings.ts'

export interface IdentityStackProps extends StackProps {
  readonly settings: Settings
}

/** The people's sign-in, for companies that have no OpenID Connect issuer of their own: a Cognito user pool that only administrators add people to. */
export class IdentityStack extends Stack {
  readonly tokens: TokenIssuer

  constructor(scope: Construct, id: string, { settings, ...props }: IdentityStackProps) {
    super(scope, id, props)
    const pool = new UserPool(this, 'Users', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      standardAttributes: { email: { required: true, mutable: true } },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(7),
      },
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    acknowledge(pool, 'COG2', 'A second factor is offered to everyone; whether a company forces it is its own choice.')
    acknowledge(pool, 'COG8', 'The Plus plan has a price per user and month; the Essentials plan is free for the first 10,000 users.')
    const client = createClient(pool, settings.webOrigins)
    const domain = pool.addDomain('SignIn', { cognitoDomain: { domainPrefix: `${settings.prefix}-${this.account}` } })
    if (settings.firstAdminEmail !== undefined) inviteFirstAdministrator(this, pool, settings.firstAdminEmail)
    this.tokens = { issuer: `https://cognito-idp.${this.region}.${this.urlSuffix}/${pool.userPoolId}`, audience: client.userPoolClientId }
    new CfnOutput(this, 'Issuer', { value: this.tokens.issuer })
    new CfnOutput(this, 'ClientId', { value: this.tokens.audience })
    new CfnOutput(this, 'SignInAddress', { value: domain.baseUrl() })
  }
}

/** Where a sign-in of a client under development returns to, as long as no web origin is set. */
const DEVELOPMENT_ORIGIN = 'http://localhost:5173'

function createClient(pool: UserPool, webOrigins: readonly string[]): UserPoolClient {
  const origins = webOrigins.length === 0 ? [DEVELOPMENT_ORIGIN] : webOrigins
  return pool.addClient('WebClient', {
    generateSecret: false,
    authFlows: { userSrp: true },
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
      callbackUrls: origins.map((origin) => `${origin}/signed-in`),
      logoutUrls: origins.map((origin) => `${origin}/signed-out`),
    },
    supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
    accessTokenValidity: Duration.hours(1),
    idTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.days(30),
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
  })
}

/** Nobody can sign up, so somebody must be there from the start: Cognito mails them a temporary password. */
function inviteFirstAdministrator(scope: Construct, pool: UserPool, email: string): void {
  new CfnUserPoolUser(scope, 'FirstAdministrator', {
    userPoolId: pool.userPoolId,
    username: email,
    desiredDeliveryMediums: ['EMAIL'],
    userAttributes: [
      { name: 'email', value: email },
      { name: 'email_verified', value: 'true' },
    ],
  })
}
