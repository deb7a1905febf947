import { listenAddress } from '../network-types.ts';
import { acting, needless, starting, system } from '../row.ts';
import { decimal, integer, logFile, minutes, path, text } from '../scalar-types.ts';

/** How the server runs. */
export const processParameters = {
  WOWorkersCount: system(integer(), 'worker processes', 1),
  WOListenQueueSize: starting(system(integer(), 'connections that may wait to be accepted', 511)),
  WOPort: starting(system(listenAddress, 'where the server listens', '127.0.0.1:20000')),
  WOLogFile: system(logFile, 'where log lines go', '/var/log/sogo/sogo.log'),
  WOPidFile: system(path, "where the server's process id is written", '/var/run/sogo/sogo.pid'),
  WOWatchDogRequestTimeout: system(minutes, 'how long one request may take', 10),
  WOMaxUploadSize: system(integer('KiB'), 'the largest request body; 0: any', 0),
  SxVMemLimit: system(integer('MiB'), 'memory at which a worker is replaced; 0: never', 384),
  SOGoMemcachedHost: needless(
    system(text, 'memcached servers, HOST[:PORT] or a socket', 'localhost'),
    'what servers share is in the database',
  ),
  SOGoCacheCleanupInterval: acting(
    system(decimal('seconds'), 'how long what a user source said is kept', 300),
  ),
};
