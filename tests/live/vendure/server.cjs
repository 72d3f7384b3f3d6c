// A Vendure shop in memory, on 127.0.0.1 and the port given; it prints "ready" once it answers, and ends on SIGTERM.
const { bootstrap, DefaultLogger, dummyPaymentHandler, LogLevel } = require('@vendure/core');

const config = {
  apiOptions: { port: Number(process.argv[2]), hostname: '127.0.0.1', adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
  authOptions: {
    tokenMethod: ['bearer', 'api-key'],
    superadminCredentials: { identifier: 'superadmin', password: 'superadmin' },
    requireVerification: false,
  },
  dbConnectionOptions: { type: 'sqljs', synchronize: true, autoSave: false, logging: false },
  logger: new DefaultLogger({ level: LogLevel.Error }),
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  plugins: [],
};

bootstrap(config).then(
  (app) => {
    process.on('SIGTERM', () => app.close().then(() => process.exit(0)));
    console.log('ready');
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
