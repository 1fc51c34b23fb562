// generated: the names of the classes
export {
  ApiError,
  ArgumentError,
  AuthenticationError,
  CallCancelledError,
  CallTimeoutError,
  ConflictError,
  ConnectionFailedError,
  InternalError,
  InvalidRequestError,
  InvalidResponseError,
  MisuseError,
  NoAnswerError,
  NotFoundError,
  OutcomeUnknownError,
  PagingError,
  PermissionDeniedError,
  RateLimitedError,
  RegistrationFailedError,
  ServerError,
  TlsError,
  VerificationRequiredError,
  WaitError,
  WaitTimeoutError,
} from "./errors.js";
// end of the names of the classes
export { SendersError, TransportFailure, isSendersError } from "./errors.js";
export type { ErrorDetails, ErrorKind } from "./errors.js";
