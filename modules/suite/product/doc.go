// Package product tests the whole product: every declaration of every module, and records of every resource. What it
// sweeps comes from the registry, so that a new resource keeps the promises or the tests say which it breaks; samples are
// made up from the declarations, and only what a rule asks for stands in sampled_test.go.
//
//	promise                                        kept by
//	layers, imports downwards                      suite: TestHouseKeepsItsRules
//	labels in both languages                       TestEverythingIsSaidInBothLanguages; messages: TestEveryCodeInTheSourceHasItsSentence
//	policy row for each action                     TestAnActionWithoutAPolicyRowDoesNotBoot; what each role sees: TestVisibleSets
//	states reachable, no dead action               TestEveryStateIsReached; state: TestVerifyNamesTheMistake
//	export → import without difference             TestEveryResource: export and import make no difference
//	an export brought back changes nothing         TestEveryResource: import of an export changes nothing
//	print renders                                  TestEveryResource: every record prints
//	posted records cannot be changed               TestEveryResource: what is in force refuses every change; TestPostedRecordsCannotBeChanged
//	what the program makes is nobody's to edit     TestWhatTheProgramMakesIsNobodysToEdit
//	a flow may stand before every resource         TestAFlowStandsBeforeEverything; fields of the company's own: TestFlowsAskAboutFieldsOfTheCompanysOwn
//	migrations = models                            TestMigrationsAreTheModels
//	hostile values in read-only fields refused     TestReadOnlyFieldsRefuseHostileValues
//	doc.go present                                 TestModulesOpenWithTheirContract
//	lock order as documented                       TestLocksAreTakenInOneOrder (PostgreSQL)
//	status table as documented                     problem: TestStatusOfEachKind, TestStatusOfAList
package product
