/* What Go programs ask of bcryptprimitives.dll, for versions of Wine that lack the library: random bytes, from the older
   RtlGenRandom of advapi32. Only the battery uses it; see wine_test.go. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size)
{
    return RtlGenRandom(data, (ULONG)size);
}
