/** One code page as it is written down below. */
interface CodePage {
  readonly page: number;
  /** In lower case: what stands before the colon of a tag's name. */
  readonly namespace: string;
  /**
   * `05 Sync`: token and name. A tag that not every version has says from which on (`14.0-`) or up to which
   * (`-14.1`); `old` ones have left the specification: they are read, and never written.
   */
  readonly tags: string;
}

/**
 * The code pages of Exchange ActiveSync (MS-ASWBXML 2.1.2.1, revision 22.2). A test compares them with the
 * machine-readable copy in test/corpus/eas.
 */
export const codePages: readonly CodePage[] = [
  {
    page: 0,
    namespace: 'airsync',
    tags: `
      05 Sync, 06 Responses, 07 Add, 08 Change, 09 Delete, 0a Fetch, 0b SyncKey, 0c ClientId, 0d ServerId, 0e Status,
      0f Collection, 10 Class, 12 CollectionId, 13 GetChanges, 14 MoreAvailable, 15 WindowSize, 16 Commands,
      17 Options, 18 FilterType, 1b Conflict, 1c Collections, 1d ApplicationData, 1e DeletesAsMoves, 20 Supported,
      21 SoftDelete, 22 MIMESupport, 23 MIMETruncation, 24 Wait 12.1-, 25 Limit 12.1-, 26 Partial 12.1-,
      27 ConversationMode 14.0-, 28 MaxItems 14.0-, 29 HeartbeatInterval 14.0-, 11 Version old, 19 Truncation old,
      1a RTFTruncation old, 1f NotifyGUID old`,
  },
  {
    page: 1,
    namespace: 'contacts',
    tags: `
      05 Anniversary, 06 AssistantName, 07 AssistantPhoneNumber, 08 Birthday, 0c Business2PhoneNumber,
      0d BusinessAddressCity, 0e BusinessAddressCountry, 0f BusinessAddressPostalCode, 10 BusinessAddressState,
      11 BusinessAddressStreet, 12 BusinessFaxNumber, 13 BusinessPhoneNumber, 14 CarPhoneNumber, 15 Categories,
      16 Category, 17 Children, 18 Child, 19 CompanyName, 1a Department, 1b Email1Address, 1c Email2Address,
      1d Email3Address, 1e FileAs, 1f FirstName, 20 Home2PhoneNumber, 21 HomeAddressCity, 22 HomeAddressCountry,
      23 HomeAddressPostalCode, 24 HomeAddressState, 25 HomeAddressStreet, 26 HomeFaxNumber, 27 HomePhoneNumber,
      28 JobTitle, 29 LastName, 2a MiddleName, 2b MobilePhoneNumber, 2c OfficeLocation, 2d OtherAddressCity,
      2e OtherAddressCountry, 2f OtherAddressPostalCode, 30 OtherAddressState, 31 OtherAddressStreet, 32 PagerNumber,
      33 RadioPhoneNumber, 34 Spouse, 35 Suffix, 36 Title, 37 WebPage, 38 YomiCompanyName, 39 YomiFirstName,
      3a YomiLastName, 3c Picture, 3d Alias 14.0-, 3e WeightedRank 14.0-, 09 Body old, 0a BodySize old,
      0b BodyTruncated old, 3b CompressedRTF old`,
  },
  {
    page: 2,
    namespace: 'email',
    tags: `
      0f DateReceived, 11 DisplayTo, 12 Importance, 13 MessageClass, 14 Subject, 15 Read, 16 To, 17 Cc, 18 From,
      19 ReplyTo, 1a AllDayEvent, 1b Categories 14.0-, 1c Category 14.0-, 1d DtStamp, 1e EndTime, 1f InstanceType,
      20 BusyStatus, 21 Location -14.1, 22 MeetingRequest, 23 Organizer, 24 RecurrenceId, 25 Reminder,
      26 ResponseRequested, 27 Recurrences, 28 Recurrence, 29 Type, 2a Until, 2b Occurrences, 2c Interval,
      2d DayOfWeek, 2e DayOfMonth, 2f WeekOfMonth, 30 MonthOfYear, 31 StartTime, 32 Sensitivity, 33 TimeZone,
      34 GlobalObjId -14.1, 35 ThreadTopic, 39 InternetCPID, 3a Flag 12.0-, 3b Status 12.0-, 3c ContentClass 12.0-,
      3d FlagType 12.0-, 3e CompleteTime 12.0-, 3f DisallowNewTimeProposal 14.0-, 05 Attachment old,
      06 Attachments old, 07 AttName old, 08 AttSize old, 09 Att0id old, 0a AttMethod old, 0b AttRemoved old,
      0c Body old, 0d BodySize old, 0e BodyTruncated old, 10 DisplayName old, 36 MIMEData old, 37 MIMETruncated old,
      38 MIMESize old`,
  },
  {
    page: 3,
    namespace: 'airnotify',
    tags: `
      05 Notify old, 06 Notification old, 07 Version old, 08 LifeTime old, 09 DeviceInfo old, 0a Enable old,
      0b Folder old, 0c ServerId old, 0d DeviceAddress old, 0e ValidCarrierProfiles old, 0f CarrierProfile old,
      10 Status old, 11 Responses old, 12 Devices old, 13 Device old, 14 Id old, 15 Expiry old, 16 NotifyGUID old,
      17 DeviceFriendlyName old`,
  },
  {
    page: 4,
    namespace: 'calendar',
    tags: `
      05 Timezone, 06 AllDayEvent, 07 Attendees, 08 Attendee, 09 Email, 0a Name, 0d BusyStatus, 0e Categories,
      0f Category, 11 DtStamp, 12 EndTime, 13 Exception, 14 Exceptions, 15 Deleted, 16 ExceptionStartTime -14.1,
      17 Location -14.1, 18 MeetingStatus, 19 OrganizerEmail, 1a OrganizerName, 1b Recurrence, 1c Type, 1d Until,
      1e Occurrences, 1f Interval, 20 DayOfWeek, 21 DayOfMonth, 22 WeekOfMonth, 23 MonthOfYear, 24 Reminder,
      25 Sensitivity, 26 Subject, 27 StartTime, 28 UID, 29 AttendeeStatus 12.0-, 2a AttendeeType 12.0-,
      33 DisallowNewTimeProposal 14.0-, 34 ResponseRequested 14.0-, 35 AppointmentReplyTime 14.0-,
      36 ResponseType 14.0-, 37 CalendarType 14.0-, 38 IsLeapMonth 14.0-, 39 FirstDayOfWeek 14.1-,
      3a OnlineMeetingConfLink 14.1-, 3b OnlineMeetingExternalLink 14.1-, 3c ClientUid 16.0-, 0b Body old,
      0c BodyTruncated old, 10 CompressedRTF old, 2b Attachment old, 2c Attachments old, 2d AttName old,
      2e AttSize old, 2f AttOid old, 30 AttMethod old, 31 AttRemoved old, 32 DisplayName old`,
  },
  {
    page: 5,
    namespace: 'move',
    tags: `
      05 MoveItems, 06 Move, 07 SrcMsgId, 08 SrcFldId, 09 DstFldId, 0a Response, 0b Status, 0c DstMsgId`,
  },
  {
    page: 6,
    namespace: 'getitemestimate',
    tags: `
      05 GetItemEstimate, 07 Collections, 08 Collection, 09 Class -12.1, 0a CollectionId, 0c Estimate, 0d Response,
      0e Status, 06 Version old, 0b DateTime old`,
  },
  {
    page: 7,
    namespace: 'folderhierarchy',
    tags: `
      05 Folders -12.1, 06 Folder -12.1, 07 DisplayName, 08 ServerId, 09 ParentId, 0a Type, 0c Status, 0e Changes,
      0f Add, 10 Delete, 11 Update, 12 SyncKey, 13 FolderCreate, 14 FolderDelete, 15 FolderUpdate, 16 FolderSync,
      17 Count, 0b Response old, 0d ContentClass old, 18 Version old`,
  },
  {
    page: 8,
    namespace: 'meetingresponse',
    tags: `
      05 CalendarId, 06 CollectionId, 07 MeetingResponse, 08 RequestId, 09 Request, 0a Result, 0b Status,
      0c UserResponse, 0e InstanceId 14.1-, 10 ProposedStartTime 16.1-, 11 ProposedEndTime 16.1-,
      12 SendResponse 16.0-, 0d Version old`,
  },
  {
    page: 9,
    namespace: 'tasks',
    tags: `
      08 Categories, 09 Category, 0a Complete, 0b DateCompleted, 0c DueDate, 0d UtcDueDate, 0e Importance,
      0f Recurrence, 10 Type, 11 Start, 12 Until, 13 Occurrences, 14 Interval, 15 DayOfMonth, 16 DayOfWeek,
      17 WeekOfMonth, 18 MonthOfYear, 19 Regenerate, 1a DeadOccur, 1b ReminderSet, 1c ReminderTime, 1d Sensitivity,
      1e StartDate, 1f UtcStartDate, 20 Subject, 22 OrdinalDate 12.0-, 23 SubOrdinalDate 12.0-,
      24 CalendarType 14.0-, 25 IsLeapMonth 14.0-, 26 FirstDayOfWeek 14.1-, 05 Body old, 06 BodySize old,
      07 BodyTruncated old, 21 CompressedRTF old`,
  },
  {
    page: 10,
    namespace: 'resolverecipients',
    tags: `
      05 ResolveRecipients, 06 Response, 07 Status, 08 Type, 09 Recipient, 0a DisplayName, 0b EmailAddress,
      0c Certificates, 0d Certificate, 0e MiniCertificate, 0f Options, 10 To, 11 CertificateRetrieval,
      12 RecipientCount, 13 MaxCertificates, 14 MaxAmbiguousRecipients, 15 CertificateCount, 16 Availability 14.0-,
      17 StartTime 14.0-, 18 EndTime 14.0-, 19 MergedFreeBusy 14.0-, 1a Picture 14.1-, 1b MaxSize 14.1-,
      1c Data 14.1-, 1d MaxPictures 14.1-`,
  },
  {
    page: 11,
    namespace: 'validatecert',
    tags: `
      05 ValidateCert, 06 Certificates, 07 Certificate, 08 CertificateChain, 09 CheckCRL, 0a Status`,
  },
  {
    page: 12,
    namespace: 'contacts2',
    tags: `
      05 CustomerId, 06 GovernmentId, 07 IMAddress, 08 IMAddress2, 09 IMAddress3, 0a ManagerName,
      0b CompanyMainPhone, 0c AccountName, 0d NickName, 0e MMS`,
  },
  {
    page: 13,
    namespace: 'ping',
    tags: `
      05 Ping, 07 Status, 08 HeartbeatInterval, 09 Folders, 0a Folder, 0b Id, 0c Class, 0d MaxFolders,
      06 AutdState old, 0e Version old`,
  },
  {
    page: 14,
    namespace: 'provision',
    tags: `
      05 Provision, 06 Policies, 07 Policy, 08 PolicyType, 09 PolicyKey, 0a Data, 0b Status, 0c RemoteWipe,
      0d EASProvisionDoc 12.0-, 0e DevicePasswordEnabled 12.0-, 0f AlphanumericDevicePasswordRequired 12.0-,
      10 RequireStorageCardEncryption 12.1-, 11 PasswordRecoveryEnabled 12.0-, 13 AttachmentsEnabled 12.0-,
      14 MinDevicePasswordLength 12.0-, 15 MaxInactivityTimeDeviceLock 12.0-,
      16 MaxDevicePasswordFailedAttempts 12.0-, 17 MaxAttachmentSize 12.0-, 18 AllowSimpleDevicePassword 12.0-,
      19 DevicePasswordExpiration 12.0-, 1a DevicePasswordHistory 12.0-, 1b AllowStorageCard 12.1-,
      1c AllowCamera 12.1-, 1d RequireDeviceEncryption 12.1-, 1e AllowUnsignedApplications 12.1-,
      1f AllowUnsignedInstallationPackages 12.1-, 20 MinDevicePasswordComplexCharacters 12.1-, 21 AllowWiFi 12.1-,
      22 AllowTextMessaging 12.1-, 23 AllowPOPIMAPEmail 12.1-, 24 AllowBluetooth 12.1-, 25 AllowIrDA 12.1-,
      26 RequireManualSyncWhenRoaming 12.1-, 27 AllowDesktopSync 12.1-, 28 MaxCalendarAgeFilter 12.1-,
      29 AllowHTMLEmail 12.1-, 2a MaxEmailAgeFilter 12.1-, 2b MaxEmailBodyTruncationSize 12.1-,
      2c MaxEmailHTMLBodyTruncationSize 12.1-, 2d RequireSignedSMIMEMessages 12.1-,
      2e RequireEncryptedSMIMEMessages 12.1-, 2f RequireSignedSMIMEAlgorithm 12.1-,
      30 RequireEncryptionSMIMEAlgorithm 12.1-, 31 AllowSMIMEEncryptionAlgorithmNegotiation 12.1-,
      32 AllowSMIMESoftCerts 12.1-, 33 AllowBrowser 12.1-, 34 AllowConsumerEmail 12.1-, 35 AllowRemoteDesktop 12.1-,
      36 AllowInternetSharing 12.1-, 37 UnapprovedInROMApplicationList 12.1-, 38 ApplicationName 12.1-,
      39 ApprovedApplicationList 12.1-, 3a Hash 12.1-, 3b AccountOnlyRemoteWipe 16.1-, 12 DocumentBrowseEnabled old`,
  },
  {
    page: 15,
    namespace: 'search',
    tags: `
      05 Search, 07 Store, 08 Name, 09 Query, 0a Options, 0b Range, 0c Status, 0d Response, 0e Result, 0f Properties,
      10 Total, 11 EqualTo 12.0-, 12 Value 12.0-, 13 And 12.0-, 14 Or 12.0-, 15 FreeText 12.0-,
      17 DeepTraversal 12.0-, 18 LongId 12.0-, 19 RebuildResults 12.0-, 1a LessThan 12.0-, 1b GreaterThan 12.0-,
      1e UserName 12.1-, 1f Password 12.1-, 20 ConversationId 14.0-, 21 Picture 14.1-, 22 MaxSize 14.1-,
      23 MaxPictures 14.1-, 1c Schema old, 1d Supported old`,
  },
  {
    page: 16,
    namespace: 'gal',
    tags: `
      05 DisplayName, 06 Phone, 07 Office, 08 Title, 09 Company, 0a Alias, 0b FirstName, 0c LastName, 0d HomePhone,
      0e MobilePhone, 0f EmailAddress, 10 Picture 14.1-, 11 Status 14.1-, 12 Data 14.1-`,
  },
  {
    page: 17,
    namespace: 'airsyncbase',
    tags: `
      05 BodyPreference 12.0-, 06 Type 12.0-, 07 TruncationSize 12.0-, 08 AllOrNone 12.0-, 0a Body 12.0-,
      0b Data 12.0-, 0c EstimatedDataSize 12.0-, 0d Truncated 12.0-, 0e Attachments 12.0-, 0f Attachment 12.0-,
      10 DisplayName 12.0-, 11 FileReference 12.0-, 12 Method 12.0-, 13 ContentId 12.0-, 14 ContentLocation 12.0-,
      15 IsInline 12.0-, 16 NativeBodyType 12.0-, 17 ContentType 12.0-, 18 Preview 14.0-,
      19 BodyPartPreference 14.1-, 1a BodyPart 14.1-, 1b Status 14.1-, 1c Add 16.0-, 1d Delete 16.0-,
      1e ClientId 16.0-, 1f Content 16.0-, 20 Location 16.0-, 21 Annotation 16.0-, 22 Street 16.0-, 23 City 16.0-,
      24 State 16.0-, 25 Country 16.0-, 26 PostalCode 16.0-, 27 Latitude 16.0-, 28 Longitude 16.0-,
      29 Accuracy 16.0-, 2a Altitude 16.0-, 2b AltitudeAccuracy 16.0-, 2c LocationUri 16.0-, 2d InstanceId 16.0-`,
  },
  {
    page: 18,
    namespace: 'settings',
    tags: `
      05 Settings 12.0-, 06 Status 12.0-, 07 Get 12.0-, 08 Set 12.0-, 09 Oof 12.0-, 0a OofState 12.0-,
      0b StartTime 12.0-, 0c EndTime 12.0-, 0d OofMessage 12.0-, 0e AppliesToInternal 12.0-,
      0f AppliesToExternalKnown 12.0-, 10 AppliesToExternalUnknown 12.0-, 11 Enabled 12.0-, 12 ReplyMessage 12.0-,
      13 BodyType 12.0-, 14 DevicePassword 12.0-, 15 Password 12.0-, 16 DeviceInformation 12.0-, 17 Model 12.0-,
      18 IMEI 12.0-, 19 FriendlyName 12.0-, 1a OS 12.0-, 1b OSLanguage 12.0-, 1c PhoneNumber 12.0-,
      1d UserInformation 12.0-, 1e EmailAddresses 12.0-, 1f SMTPAddress 12.0-, 20 UserAgent 12.1-,
      21 EnableOutboundSMS 14.0-, 22 MobileOperator 14.0-, 23 PrimarySmtpAddress 14.1-, 24 Accounts 14.1-,
      25 Account 14.1-, 26 AccountId 14.1-, 27 AccountName 14.1-, 28 UserDisplayName 14.1-, 29 SendDisabled 14.1-,
      2b RightsManagementInformation 14.1-`,
  },
  {
    page: 19,
    namespace: 'documentlibrary',
    tags: `
      05 LinkId 12.0-, 06 DisplayName 12.0-, 07 IsFolder 12.0-, 08 CreationDate 12.0-, 09 LastModifiedDate 12.0-,
      0a IsHidden 12.0-, 0b ContentLength 12.0-, 0c ContentType 12.0-`,
  },
  {
    page: 20,
    namespace: 'itemoperations',
    tags: `
      05 ItemOperations 12.0-, 06 Fetch 12.0-, 07 Store 12.0-, 08 Options 12.0-, 09 Range 12.0-, 0a Total 12.0-,
      0b Properties 12.0-, 0c Data 12.0-, 0d Status 12.0-, 0e Response 12.0-, 0f Version 12.0-, 10 Schema 12.0-,
      11 Part 12.0-, 12 EmptyFolderContents 12.0-, 13 DeleteSubFolders 12.0-, 14 UserName 12.1-, 15 Password 12.1-,
      16 Move 14.0-, 17 DstFldId 14.0-, 18 ConversationId 14.0-, 19 MoveAlways 14.0-`,
  },
  {
    page: 21,
    namespace: 'composemail',
    tags: `
      05 SendMail 14.0-, 06 SmartForward 14.0-, 07 SmartReply 14.0-, 08 SaveInSentItems 14.0-, 09 ReplaceMime 14.0-,
      0b Source 14.0-, 0c FolderId 14.0-, 0d ItemId 14.0-, 0e LongId 14.0-, 0f InstanceId 14.0-, 10 Mime 14.0-,
      11 ClientId 14.0-, 12 Status 14.0-, 13 AccountId 14.1-, 15 Forwardees 16.0-, 16 Forwardee 16.0-, 17 Name 16.0-,
      18 Email 16.0-, 0a Type old`,
  },
  {
    page: 22,
    namespace: 'email2',
    tags: `
      05 UmCallerID 14.0-, 06 UmUserNotes 14.0-, 07 UmAttDuration 14.0-, 08 UmAttOrder 14.0-,
      09 ConversationId 14.0-, 0a ConversationIndex 14.0-, 0b LastVerbExecuted 14.0-, 0c LastVerbExecutionTime 14.0-,
      0d ReceivedAsBcc 14.0-, 0e Sender 14.0-, 0f CalendarType 14.0-, 10 IsLeapMonth 14.0-, 11 AccountId 14.1-,
      12 FirstDayOfWeek 14.1-, 13 MeetingMessageType 14.1-, 15 IsDraft 16.0-, 16 Bcc 16.0-, 17 Send 16.0-`,
  },
  {
    page: 23,
    namespace: 'notes',
    tags: `
      05 Subject 14.0-, 06 MessageClass 14.0-, 07 LastModifiedDate 14.0-, 08 Categories 14.0-, 09 Category 14.0-`,
  },
  {
    page: 24,
    namespace: 'rightsmanagement',
    tags: `
      05 RightsManagementSupport 14.1-, 06 RightsManagementTemplates 14.1-, 07 RightsManagementTemplate 14.1-,
      08 RightsManagementLicense 14.1-, 09 EditAllowed 14.1-, 0a ReplyAllowed 14.1-, 0b ReplyAllAllowed 14.1-,
      0c ForwardAllowed 14.1-, 0d ModifyRecipientsAllowed 14.1-, 0e ExtractAllowed 14.1-, 0f PrintAllowed 14.1-,
      10 ExportAllowed 14.1-, 11 ProgrammaticAccessAllowed 14.1-, 12 Owner 14.1-, 13 ContentExpiryDate 14.1-,
      14 TemplateID 14.1-, 15 TemplateName 14.1-, 16 TemplateDescription 14.1-, 17 ContentOwner 14.1-,
      18 RemoveRightsManagementProtection 14.1-`,
  },
  {
    page: 25,
    namespace: 'find',
    tags: `
      05 Find 16.1-, 06 SearchId 16.1-, 07 ExecuteSearch 16.1-, 08 MailBoxSearchCriterion 16.1-, 09 Query 16.1-,
      0a Status 16.1-, 0b FreeText 16.1-, 0c Options 16.1-, 0d Range 16.1-, 0e DeepTraversal 16.1-,
      11 Response 16.1-, 12 Result 16.1-, 13 Properties 16.1-, 14 Preview 16.1-, 15 HasAttachments 16.1-,
      16 Total 16.1-, 17 DisplayCc 16.1-, 18 DisplayBcc 16.1-, 19 GalSearchCriterion 16.1-, 20 MaxPictures 16.1-,
      21 MaxSize 16.1-, 22 Picture 16.1-`,
  },
];
